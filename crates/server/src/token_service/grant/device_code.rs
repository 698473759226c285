//! The device code flow: a device shows a code, somebody types it on a page and signs in there, and the
//! device, which has been asking all the while, gets its tokens.

use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::super::directory::sha256;
use super::super::error::SignInError;
use super::super::random;
use super::super::state::{Asked, DEVICE_LIFETIME, DeviceGrant, Progress};
use super::Call;

/// How often a device may ask, in seconds.
const INTERVAL: i64 = 5;

/// The length of a user code. A device code starts with its user code, by which it is stored.
const USER_CODE: usize = 9;

/// Answers the device authorization endpoint: hands out a pair of codes.
pub(in super::super) fn begin(call: &Call<'_>) -> Result<Value, SignInError> {
    let id = call.form.required("client_id")?;
    let kind = super::client::find(call.tenant, id)?;
    if !kind.is_public() {
        return Err(SignInError::ProofMissing);
    }
    let asked = call.asked()?.unwrap_or_else(|| Asked::Scope(String::new()));
    call.delegated(&asked)?;
    let user_code = random::user_code();
    let device_code = format!("{user_code}{}", random::secret());
    let grant = DeviceGrant {
        client: kind.id().to_owned(),
        client_name: kind.name().to_owned(),
        tenant: if call.tenant_named {
            call.tenant.id.clone()
        } else {
            "common".to_owned()
        },
        asked,
        code: sha256(device_code.as_bytes()),
        expires: call.now.plus(DEVICE_LIFETIME),
        progress: Progress::Pending,
    };
    call.service
        .state()
        .devices
        .insert_as(&user_code, grant, call.now);
    let pages = call.service.pages(call.origin);
    let page = format!("{}/common/oauth2/deviceauth", pages.as_str());
    let message =
        format!("To sign in, open the page {page} in a browser and enter the code {user_code}.");
    let mut answer = json!({
        "user_code": user_code, "device_code": device_code, "verification_uri": page,
        "expires_in": DEVICE_LIFETIME, "interval": INTERVAL, "message": message,
    });
    if call.version_1 {
        answer["verification_url"] = page.into();
        answer["expires_in"] = DEVICE_LIFETIME.to_string().into();
        answer["interval"] = INTERVAL.to_string().into();
    }
    Ok(answer)
}

/// Answers a device that asks whether somebody has signed in.
pub(super) fn answer(call: &Call<'_>) -> Result<Value, SignInError> {
    let client = call.client_for_people()?;
    // Version 1.0 calls it `code`; MSAL for Python sends both.
    let code = match call.form.optional("device_code")? {
        Some(code) => code,
        None => call.form.required("code")?,
    };
    let user_code = code.get(..USER_CODE).ok_or(SignInError::DeviceUnknown)?;
    let (user, asked) = {
        let mut state = call.service.state();
        let grant = state
            .devices
            .get_mut(user_code, call.now)
            .ok_or(SignInError::DeviceUnknown)?;
        let same: bool = grant.code.ct_eq(&sha256(code.as_bytes())).into();
        if !same {
            return Err(SignInError::DeviceUnknown);
        }
        if grant.client != client.kind.id() {
            return Err(SignInError::GrantOfOtherClient);
        }
        if call.now >= grant.expires {
            return Err(SignInError::DeviceExpired);
        }
        let answer = match &grant.progress {
            Progress::Pending => return Err(SignInError::DevicePending),
            Progress::Declined => Err(SignInError::DeviceDeclined),
            Progress::Approved(user) => Ok((user.clone(), grant.asked.clone())),
        };
        // Answered once, either way.
        state.devices.take(user_code, call.now);
        answer?
    };
    let person = call.user_with_id(&user)?;
    call.answer_for_person(client, person, &asked, None)
}
