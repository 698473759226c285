//! Why nobody is signed in: Entra's error codes, each with the OAuth error it goes with.
//!
//! Codes and errors follow Microsoft's error code reference and recorded answers; the sentences are
//! ours. Pairings that no public source shows are inferred, and marked so.

/// A refusal of the token service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SignInError {
    /// The request is not readable.
    Malformed(&'static str),
    /// A parameter is missing.
    MissingParameter(&'static str),
    /// A parameter is there twice.
    DuplicateParameter(&'static str),
    /// Another HTTP method is needed.
    Method(&'static str),
    /// No such tenant.
    TenantUnknown(String),
    /// No such grant type.
    GrantType(String),
    /// No such application in the tenant.
    ApplicationUnknown {
        /// The client id.
        client: String,
        /// The tenant's name.
        tenant: String,
    },
    /// The application is disabled.
    ApplicationDisabled(String),
    /// The application proves itself by nothing, and must.
    ProofMissing,
    /// A grant that only the application itself can use came without its proof.
    SecretRequired,
    /// The secret is wrong.
    SecretWrong(String),
    /// The secret was right once.
    SecretExpired(String),
    /// The assertion is not a readable token, or of an unknown type or algorithm.
    AssertionMalformed(String),
    /// The assertion's key is not registered, or did not make the signature.
    AssertionSignature(String),
    /// The assertion is of another application.
    AssertionClient,
    /// The assertion is for somebody else.
    AssertionAudience,
    /// The assertion is expired or not yet valid.
    AssertionTime,
    /// No federated credential has the assertion's issuer.
    FederatedIssuer(String),
    /// None has its subject.
    FederatedSubject(String),
    /// None has its audience.
    FederatedAudience(String),
    /// The resource is not known.
    ResourceUnknown(String),
    /// The scope is not of the form that is needed.
    ScopeInvalid(String),
    /// The scope names two resources.
    ScopeOfTwoResources,
    /// User name or password are wrong.
    PasswordWrong,
    /// Too many wrong passwords.
    AccountLocked,
    /// The user is of another tenant.
    UserUnknownHere(String),
    /// The user may not sign in.
    UserDisabled(String),
    /// The user was signed out since the refresh token was given.
    SignedOut,
    /// The code, refresh token or device code is unknown, used or expired.
    GrantInvalid(&'static str),
    /// The code or refresh token was given to another client.
    GrantOfOtherClient,
    /// The verifier is not that of the challenge.
    VerifierWrong,
    /// The redirect address is not registered.
    RedirectUnknown(String),
    /// The response type or mode is not supported.
    ResponseType(&'static str),
    /// The client needs PKCE with S256.
    ChallengeMissing,
    /// Somebody must sign in, and was not to be asked.
    LoginRequired,
    /// They closed the page.
    Cancelled,
    /// The device code waits for somebody to sign in.
    DevicePending,
    /// Somebody declined it.
    DeviceDeclined,
    /// Nobody signed in in time.
    DeviceExpired,
    /// The device code is none of ours.
    DeviceUnknown,
    /// The token to act for is not genuine.
    OnBehalfSignature,
    /// It is for another application.
    OnBehalfAudience,
    /// It is expired.
    OnBehalfTime,
    /// It is not readable or not an access token.
    OnBehalfMalformed,
    /// It is an application's, not a person's.
    OnBehalfApplication,
    /// The keys could not sign: never seen, and not the client's fault.
    Internal,
}

impl SignInError {
    /// Entra's number.
    pub(crate) fn code(&self) -> u32 {
        self.parts().0
    }

    /// OAuth's word.
    pub(crate) fn error(&self) -> &'static str {
        self.parts().1
    }

    /// A sentence for people.
    pub(crate) fn detail(&self) -> String {
        match self {
            SignInError::Malformed(what) => format!("The request is not properly formatted: {what}."),
            SignInError::MissingParameter(name) => {
                format!("The request must contain the parameter '{name}'.")
            }
            SignInError::DuplicateParameter(name) => format!("The parameter '{name}' is duplicated."),
            SignInError::Method(method) => format!("The endpoint only accepts {method} requests."),
            SignInError::TenantUnknown(tenant) => {
                format!("Tenant '{tenant}' not found. Check the tenant id or domain, and the cloud.")
            }
            SignInError::GrantType(grant) => format!("The grant type '{grant}' is not supported."),
            SignInError::ApplicationUnknown { client, tenant } => format!(
                "Application with identifier '{client}' was not found in the directory '{tenant}'."
            ),
            SignInError::ApplicationDisabled(client) => format!("Application '{client}' is disabled."),
            SignInError::ProofMissing => {
                "The request body must contain 'client_assertion' or 'client_secret': the application \
                 is not a public client."
                    .into()
            }
            SignInError::SecretRequired => {
                "'client_assertion' or 'client_secret' is required for this grant type.".into()
            }
            SignInError::SecretWrong(client) => format!(
                "Invalid client secret provided for application '{client}'. Send the secret's value, \
                 not its id."
            ),
            SignInError::SecretExpired(client) => {
                format!("The provided client secret of application '{client}' is expired.")
            }
            SignInError::AssertionMalformed(why) => format!("Client assertion is not usable: {why}."),
            SignInError::AssertionSignature(why) => {
                format!("Client assertion failed signature validation: {why}.")
            }
            SignInError::AssertionClient => {
                "Client assertion's issuer and subject must be the client id of the request.".into()
            }
            SignInError::AssertionAudience => {
                "Client assertion's audience is not this tenant's token endpoint.".into()
            }
            SignInError::AssertionTime => "Client assertion is not within its valid time range.".into(),
            SignInError::FederatedIssuer(found) => format!(
                "No matching federated identity record found for presented assertion issuer '{found}'."
            ),
            SignInError::FederatedSubject(found) => format!(
                "No matching federated identity record found for presented assertion subject '{found}'."
            ),
            SignInError::FederatedAudience(found) => format!(
                "No matching federated identity record found for presented assertion audience '{found}'."
            ),
            SignInError::ResourceUnknown(resource) => {
                format!("The resource principal named '{resource}' was not found in the tenant.")
            }
            SignInError::ScopeInvalid(scope) => {
                format!("The provided value for scope '{scope}' is not valid.")
            }
            SignInError::ScopeOfTwoResources => {
                "The provided value for scope contains more than one resource.".into()
            }
            SignInError::PasswordWrong => "Invalid username or password.".into(),
            SignInError::AccountLocked => {
                "Too many wrong passwords: the account is locked for five minutes.".into()
            }
            SignInError::UserUnknownHere(user) => {
                format!("User account '{user}' does not exist in this tenant.")
            }
            SignInError::UserDisabled(user) => format!("The user account '{user}' is disabled."),
            SignInError::SignedOut => {
                "The provided grant has expired because it was revoked; the user must sign in again.".into()
            }
            SignInError::GrantInvalid(what) => format!("The provided {what} is not valid or has expired."),
            SignInError::GrantOfOtherClient => "The provided grant was issued to another client.".into(),
            SignInError::VerifierWrong => {
                "The code_verifier does not match the code_challenge of the authorization request.".into()
            }
            SignInError::RedirectUnknown(uri) => format!(
                "The redirect URI '{uri}' does not match the redirect URIs of the application."
            ),
            SignInError::ResponseType(what) => format!("The {what} is not supported."),
            SignInError::ChallengeMissing => {
                "A public client must send a code_challenge with code_challenge_method S256.".into()
            }
            SignInError::LoginRequired => {
                "Silent sign-in was requested, but nobody is signed in.".into()
            }
            SignInError::Cancelled => "The user cancelled the sign-in.".into(),
            SignInError::DevicePending => "The user has not yet completed the sign-in.".into(),
            SignInError::DeviceDeclined => "The user declined the sign-in.".into(),
            SignInError::DeviceExpired => "The device code has expired.".into(),
            SignInError::DeviceUnknown => "The device code is not recognised.".into(),
            SignInError::OnBehalfSignature => "Assertion failed signature validation.".into(),
            SignInError::OnBehalfAudience => {
                "Assertion audience does not match the client application presenting the assertion.".into()
            }
            SignInError::OnBehalfTime => "Assertion is not within its valid time range.".into(),
            SignInError::OnBehalfMalformed => "Assertion is not a valid access token.".into(),
            SignInError::OnBehalfApplication => {
                "An application's own token cannot be used in an on-behalf-of request.".into()
            }
            SignInError::Internal => "The token could not be signed.".into(),
        }
    }

    fn parts(&self) -> (u32, &'static str) {
        match self {
            SignInError::Malformed(_) => (90_013, "invalid_request"),
            SignInError::MissingParameter(_) => (900_144, "invalid_request"),
            SignInError::DuplicateParameter(_) => (9_000_411, "invalid_request"),
            SignInError::Method(_) => (900_561, "invalid_request"),
            SignInError::TenantUnknown(_) => (90_002, "invalid_request"),
            SignInError::GrantType(_) => (70_003, "unsupported_grant_type"),
            SignInError::ApplicationUnknown { .. } => (700_016, "unauthorized_client"),
            SignInError::ApplicationDisabled(_) => (7_000_112, "unauthorized_client"),
            SignInError::ProofMissing => (7_000_218, "invalid_client"),
            SignInError::SecretRequired => (7_000_216, "invalid_client"),
            SignInError::SecretWrong(_) => (7_000_215, "invalid_client"),
            SignInError::SecretExpired(_) => (7_000_222, "invalid_client"),
            SignInError::AssertionMalformed(_) => (50_027, "invalid_client"),
            SignInError::AssertionSignature(_) => (700_027, "invalid_client"),
            SignInError::AssertionClient => (700_021, "invalid_client"),
            SignInError::AssertionAudience => (700_023, "invalid_client"),
            SignInError::AssertionTime => (700_024, "invalid_client"),
            SignInError::FederatedIssuer(_) => (700_211, "invalid_client"),
            SignInError::FederatedSubject(_) => (700_213, "invalid_client"),
            SignInError::FederatedAudience(_) => (700_212, "invalid_client"),
            SignInError::ResourceUnknown(_) => (500_011, "invalid_resource"),
            SignInError::ScopeInvalid(_) => (70_011, "invalid_scope"),
            SignInError::ScopeOfTwoResources => (700_022, "invalid_request"),
            SignInError::PasswordWrong => (50_126, "invalid_grant"),
            SignInError::AccountLocked => (50_053, "invalid_grant"),
            SignInError::UserUnknownHere(_) => (50_020, "invalid_grant"),
            SignInError::UserDisabled(_) => (50_057, "invalid_grant"),
            SignInError::SignedOut => (50_173, "invalid_grant"),
            SignInError::GrantInvalid(_) => (70_008, "invalid_grant"),
            SignInError::GrantOfOtherClient => (70_000, "invalid_grant"),
            SignInError::VerifierWrong => (501_481, "invalid_grant"),
            SignInError::RedirectUnknown(_) => (50_011, "invalid_request"),
            SignInError::ResponseType(_) => (70_005, "unsupported_response_type"),
            SignInError::ChallengeMissing => (9_002_325, "invalid_request"),
            SignInError::LoginRequired => (50_058, "login_required"),
            SignInError::Cancelled => (65_004, "access_denied"),
            SignInError::DevicePending => (70_016, "authorization_pending"),
            SignInError::DeviceDeclined => (70_018, "authorization_declined"),
            SignInError::DeviceExpired => (70_020, "expired_token"),
            // Inferred: the word is documented, the number is not.
            SignInError::DeviceUnknown => (70_019, "bad_verification_code"),
            SignInError::OnBehalfSignature => (50_013, "invalid_grant"),
            SignInError::OnBehalfAudience => (500_131, "invalid_grant"),
            SignInError::OnBehalfTime => (500_133, "invalid_grant"),
            SignInError::OnBehalfMalformed => (50_027, "invalid_grant"),
            SignInError::OnBehalfApplication => (7_000_114, "invalid_grant"),
            SignInError::Internal => (90_033, "temporarily_unavailable"),
        }
    }
}
