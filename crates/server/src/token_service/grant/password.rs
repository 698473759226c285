//! A user name and a password, straight from the client. Deprecated everywhere, and in use.

use serde_json::Value;

use super::super::error::SignInError;
use super::super::state::Asked;
use super::Call;

pub(super) fn answer(call: &Call<'_>) -> Result<Value, SignInError> {
    let client = call.client_for_people()?;
    let (name, password) = (
        call.form.required("username")?,
        call.form.required("password")?,
    );
    let asked = call.asked()?.unwrap_or_else(|| Asked::Scope(String::new()));
    let person = call.service.sign_in(
        call.directory,
        call.tenant,
        call.tenant_named,
        name,
        password,
        call.now,
    )?;
    call.answer_for_person(client, person, &asked, None)
}
