//! Form fields and query parameters (`application/x-www-form-urlencoded`).

use super::error::SignInError;

/// The most fields that are read. MSAL for Node sends some twenty.
const MAX_FIELDS: usize = 100;

/// Decoded fields. Those that nobody asks for are ignored, as OAuth demands.
#[derive(Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form.
    pub(super) fn parse(text: &[u8]) -> Result<Form, SignInError> {
        let mut fields = Vec::new();
        for pair in text
            .split(|&byte| byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            if fields.len() == MAX_FIELDS {
                return Err(SignInError::Malformed("too many parameters"));
            }
            let mut halves = pair.splitn(2, |&byte| byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            fields.push((name, value));
        }
        Ok(Form(fields))
    }

    /// A parameter that may be absent; empty counts as absent (RFC 6749, 3.2).
    pub(super) fn optional(&self, name: &'static str) -> Result<Option<&str>, SignInError> {
        let mut values = self
            .0
            .iter()
            .filter(|(own, _)| own == name)
            .map(|(_, value)| value.as_str());
        let value = values.next();
        if values.next().is_some() {
            return Err(SignInError::DuplicateParameter(name));
        }
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// A parameter that must be there.
    pub(super) fn required(&self, name: &'static str) -> Result<&str, SignInError> {
        self.optional(name)?
            .ok_or(SignInError::MissingParameter(name))
    }
}

/// Percent-decodes, `+` being a space.
pub(super) fn decode(text: &[u8]) -> Result<String, SignInError> {
    let malformed = SignInError::Malformed("a parameter is not properly encoded");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit =
                    |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
                    return Err(malformed);
                };
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| malformed)
}

/// Percent-encodes for a query or fragment.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_duplicates_refused_where_they_matter() {
        let form = Form::parse(b"a=1+%2b&b=&c&d=x%3Dy=z&d2=1&e=1&e=2&").unwrap();
        assert_eq!(form.required("a"), Ok("1 +"));
        assert_eq!(form.required("b"), Err(SignInError::MissingParameter("b")));
        assert_eq!(form.optional("c"), Ok(None));
        assert_eq!(form.required("d"), Ok("x=y=z"));
        assert_eq!(
            form.required("e"),
            Err(SignInError::DuplicateParameter("e"))
        );
        assert_eq!(form.optional("other"), Ok(None));
    }

    #[test]
    fn broken_encoding_and_floods_are_refused() {
        for bad in ["a=%", "a=%2", "a=%zz", "%ff=1", "a=%ff"] {
            assert!(Form::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(Form::parse("a=1&".repeat(100).as_bytes()).is_ok());
        assert!(Form::parse("a=1&".repeat(101).as_bytes()).is_err());
    }

    #[test]
    fn encoding_is_undone_by_decoding() {
        let text = "a b&c=d#é%+\"<";
        assert_eq!(decode(encode(text).as_bytes()).as_deref(), Ok(text));
        assert!(!encode(text).contains(['&', '#', '<', '"', ' ']));
    }
}
