//! Numbers that follow `minimum`, `maximum` and `multipleOf`.

use serde_json::{Number, Value};

use super::view::View;

/// The smallest number from 0 (or above the minimum) that fits.
pub(super) fn write(view: &View<'_>, integer: bool) -> Value {
    let multiple = view.number("multipleOf").filter(|step| *step > 0.0);
    let step = multiple.unwrap_or(if integer { 1.0 } else { 0.5 });
    let mut value = 0.0_f64;
    if let Some(maximum) = view.number("maximum") {
        value = value.min((maximum / step).floor() * step);
    }
    if let Some(maximum) = view.number("exclusiveMaximum") {
        value = value.min(((maximum / step).ceil() - 1.0) * step);
    }
    if let Some(minimum) = view.number("minimum") {
        value = value.max((minimum / step).ceil() * step);
    }
    if let Some(minimum) = view.number("exclusiveMinimum") {
        value = value.max(((minimum / step).floor() + 1.0) * step);
    }
    if !integer && multiple.is_none() {
        // A narrow interval may hold no half: take its middle.
        let low = view.number("minimum").or(view.number("exclusiveMinimum"));
        let high = view.number("maximum").or(view.number("exclusiveMaximum"));
        if let (Some(low), Some(high)) = (low, high)
            && value >= high
        {
            value = low.midpoint(high);
        }
    }
    if integer || (multiple.is_some() && value.fract() == 0.0) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a number out of range saturates"
        )]
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}
