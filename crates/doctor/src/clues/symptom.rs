//! Error texts that are not in the wire catalogue: transport, name resolution, TLS, libraries.

use super::clues;

clues! {
    PRIVATE_ONLY_SAID: "the service says that it takes private connections only" [
        "not from an approved private endpoint",
        "public network access .. disabled .. private",
        "publicnetworkaccess .. disabled",
        "public access is not permitted|allowed",
        "request .. not .. authorized .. private link",
    ]
    DNS_FAILED: "the host name does not resolve" [
        "getaddrinfo",
        "enotfound",
        "eai_again",
        "nodename nor servname",
        "name or service not known",
        "temporary failure in name resolution",
        "no such host",
        "name resolution",
        "could not resolve host",
        "failed to resolve",
        "nameresolutionerror",
        "unknownhostexception",
        "no address associated with hostname",
        "dns .. fail*|error|not|cannot|could_not|nxdomain|does_not",
        "nxdomain",
        "host .. not .. found|known|resolv*",
        "server dns address could not be found",
        "remote name could not be resolved",
        "dns_probe*|err_name_not_resolved",
        "does not resolve",
        "hostname .. cannot|could_not|not .. resolved",
    ]
    TLS_FAILED: "the TLS connection could not be made" [
        "certificate verify failed",
        "certificate_verify_failed",
        "self signed certificate",
        "unable to get local issuer certificate",
        "unable to verify the first certificate",
        "depth_zero_self_signed_cert|self_signed_cert_in_chain|unable_to_verify_leaf_signature|unable_to_get_issuer_cert_locally",
        "ssl connection could not be established",
        "remote certificate is invalid",
        "remotecertificatenamemismatch|remotecertificatechainerrors",
        "certificate .. not .. trusted|valid|match*|signed_by",
        "certificate signed by unknown authority",
        "pkix path building failed",
        "sslhandshakeexception|sslerror|sslcertverificationerror|sslexception",
        "ssl|tls .. error|handshake|alert|failure",
        "tls handshake",
        "invalid peer certificate|unknownissuer",
        "err_cert*|err_tls*|err_ssl*",
        "hostname mismatch",
        "certificate .. error|problem|expired|chain",
        "unexpected eof while reading",
        "eof occurred in violation of protocol",
        "wrong version number",
        "x509",
        "trust anchor",
    ]
    PROXY_FAILED: "a proxy refused or broke the connection" [
        "proxyerror",
        "cannot connect to proxy",
        "proxy authentication required",
        "407",
        "tunnel connection failed",
        "unable to connect to proxy",
        "proxy .. refused|denied|error|blocked",
        "unknown scheme for proxy",
        "unsupported proxy",
    ]
    CONNECTION_FAILED: "the connection failed" [
        "connection error|refused|reset|aborted|closed|timed_out|timeout",
        "apiconnectionerror|connecterror|connecttimeout|connectionerror|connectionreseterror|remotedisconnected|remoteprotocolerror|readtimeout|apitimeouterror",
        "econnreset|econnrefused|etimedout|ehostunreach|enetunreach|epipe|socket_hang_up",
        "request timed out",
        "timed out",
        "fetch failed",
        "network is unreachable",
        "no route to host",
        "socket hang up",
        "server disconnected",
        "connection .. dropped|lost|closed",
        "failed to connect",
        "read timeout|timed_out",
    ]
    PLATFORM_KEY_REFUSED: "the OpenAI platform refused the key" [
        "incorrect api key provided",
        "platform openai com account",
        "you didnt provide an api key",
        "invalid_api_key",
    ]
    DEPLOYMENT_MISSING_SAID: "somebody says that the deployment was not found" [
        "deployment ?@is not found",
        "deployment does not exist",
        "deployed model does not exist",
        "deploymentnotfound",
    ]
    MODEL_UNKNOWN_PLATFORM: "the model is called unknown" [
        "the model .. does not exist",
        "model_not_found",
        "specified model .. not .. found|available|supported",
        "model .. of account deployment .. not",
        "invalidresourceproperties|deploymentmodelnotsupported",
        "model not found",
        "unknown model",
        "does not exist or you do not have access",
        "failed to resolve model",
        "invalid_engine_error",
        "model .. not found in .. catalog|catalogue",
    ]
    NOT_FOUND: "something was not found" [
        "404",
        "not found",
        "notfound|notfounderror|resourcenotfound|resourcenotfounderror",
        "resource_not_found",
    ]
    UNAUTHORISED: "the call was not authenticated" [
        "401",
        "unauthorized|unauthorised",
        "authenticationerror|clientauthenticationerror",
    ]
    FORBIDDEN: "the call was forbidden" [
        "403",
        "forbidden",
        "permissiondeniederror",
    ]
    ENGINE_PARAMETER: "the old client wants a deployment parameter" [
        "must provide|specify|pass|set an engine",
        "engine or deployment_id parameter",
    ]
    CREDENTIAL_WANTED: "the client was given no credential at all" [
        "missing credentials",
        "no api key|credential|credentials provided|found|given|set",
        "api_key client option must be set",
    ]
    MISSING_VERSION_ARGUMENT: "the client wants an api-version" [
        "must provide either the api_version",
        "api_version argument or the openai_api_version",
        "openai_api_version environment|env .. missing|empty|variable",
        "api version .. must_be|is_required|argument_or",
    ]
    CLIENT_REFUSES_HTTP: "the client refuses plain HTTP for tokens" [
        "bearer token authentication is not permitted for non tls",
        "tls protected https",
        "https scheme",
    ]
    AUTH_TYPE_INVALID: "the client does not know the credential type" [
        "not a valid azurecredentialtype",
        "is not a valid .. credential",
        "token provider could not be used",
        "unsupported authentication|auth ?type|mode|method",
    ]
    CONTENT_FILTER: "the content filter answered" [
        "content_filter|content management policy|responsibleaipolicyviolation",
        "filtered due to",
    ]
    MODEL_PARAMETER: "a parameter of the request is refused" [
        "invalid_request_error",
        "unsupported parameter",
        "context_length_exceeded",
        "maximum context length",
    ]
}
