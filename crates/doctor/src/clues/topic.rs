//! What a sentence is about, and what it says of that.
//!
//! People tell causes in a few ways, whatever the subject: *with another X it works*, *X is missing*,
//! *X is wrong*, *X was checked*. So subjects and such words are told apart here, and a reader puts
//! them together sentence by sentence: see [`crate::evidence::topic`].

use super::clues;

clues! {
    API_VERSION: "the api-version" [
        "api version|versions|ver",
        "apiversion|apiversions|api_ver",
        "service version",
        "preview|ga|dated|stable version|versions|api",
        "openai api version",
        "version parameter|query|field|drop",
        "20* preview|version|versions|entry|api",
        "%d",
        "newer|older|recent|latest api",
    ]
    CLIENT_VERSION: "the client's version" [
        "version|versions .. %v",
        "%v",
        "client|library|package|sdk|tool|extension|app|new|old|older|newer|previous|latest|this|another|other|last version|versions",
        "release|releases|upgrade|upgraded|upgrading|downgrade|downgraded|downgrading|update|updated|updating",
        "before|since|after .. upgrade|update|version|release|bump",
        "older|newer|previous|earlier|latest|last|current version|release|package|library|sdk|beta",
        "pin|pinned|pinning",
        "regression",
        "changelog|commit|pull_request|patch",
    ]
    URL: "the URL" [
        "url|urls|uri|endpoint|endpoints|base_url|baseurl|api_base|base",
        "host|hostname|domain",
        "path|suffix|prefix|segment|slash",
        "resource root|url",
        "route|routes",
    ]
    DEPLOYMENT_NAME: "the deployment's name" [
        "deployment name|names|id|ids",
        "name|named|called|names .. deployment|deployments",
        "deployment|deployments .. name|named|called|id",
        "deployment_name|deploymentname|azure_deployment|engine",
    ]
    MODEL_NAME: "the model's name" [
        "model name|id|field|setting|parameter|option|argument|string",
        "model .. instead|as .. deployment",
        "base model",
        "gpt|gpt4|gpt35|davinci|ada|o1|o3|o4|llama|mistral|phi|claude|grok|deepseek .. name|sent|passed|used|default",
    ]
    AUDIENCE: "the token's audience or scope" [
        "scope|scopes|audience|audiences|aud",
        "credential_scopes|credentialscopes|token_scope|tokenscopes",
        "token .. for .. management|graph|ml|storage|vault|arm",
        "default .. scope",
        "resource parameter|argument|uri",
        "without resource",
        "id token|id_token",
        "get access token",
        "own|backend|app client id",
    ]
    LIFETIME: "the token's lifetime" [
        "hour|hours|60 minutes",
        "expir*|lifetime|ttl",
        "refresh|refreshed|refreshes|renew|renewed|renewal",
        "restart|restarts|restarted|restarting",
        "cached|caches|cache .. token|credential",
        "token .. cached|static|stored|once|string|startup|start|import",
        "once|startup|start_up|import_time|module_level .. token|get_token|gettoken|access_token",
        "long running|job|run|session",
        "yesterday|overnight|next_day|days",
        "middle",
        "idle|sleep",
    ]
    HEADER: "the header of the credential" [
        "header|headers",
        "api key .. authorization",
        "subscription key",
        "x api key",
    ]
    BEARER: "a key sent as bearer" [
        "bearer",
        "key|keys .. as .. token",
    ]
    KEY: "the key" [
        "key|keys",
    ]
    KEYLESS: "a credential of Entra" [
        "entra|aad|managed_identity|defaultazurecredential|token_provider|azure_ad_token_provider|service_principal|keyless|credential|identity",
    ]
    TENANT: "the tenant" [
        "tenant|tenants|tenantid",
        "directory|directories",
        "guest|guests|invited|b2b",
        "organisation|organisations|organization|organizations|employer|customer",
        "two|several|multiple|private|personal|company|work .. microsoft|azure account|accounts|login|logins",
        "home tenant",
        "az login .. without",
        "subscription .. another|other|different",
    ]
    GROUP: "a group" [
        "group|groups|member|members|membership",
    ]
    ROLE_PLACE: "where the role stands" [
        "project|projects|hub|workspace",
        "resource group|groups",
        "scope .. role|assignment",
        "role|assigned|granted .. on|at|in .. only|another|other|old|dev|new|different|hub|project|account|resource_group",
        "another|other|two|second|old|different .. account|accounts|resource|resources|instance",
    ]
    TIME_SINCE_GRANT: "the time since the role was granted" [
        "role|assignment|assigned|granted|added|permission .. ago|before|after|directly|immediately|just|minutes|moment|moments|earlier|today|right",
        "directly|immediately|just|right .. after|before|when .. role|assignment|assigned|granted|deployment",
        "minutes|moments|seconds later|after",
        "second|next|another time|run|try|attempt|call",
        "wait|waited|waiting",
        "rerun|re_run|running_again|retry|retrying|try_again",
        "propagat*",
    ]
    IDENTITY_CHOICE: "which identity is used" [
        "system assigned|user assigned|managed_identity|uami|kubelet|workload_identity|service_principal|object id|oid|client_id",
        "defaultazurecredential|credential_chain|chain",
        "visual studio|vs_code|az|azd|cli .. account|signed|logged|login",
        "signed|logged in",
        "azure client id",
        "environment variables .. principal|credential|user",
    ]
    CLIENT_ID: "the identity's client id" [
        "client_id|clientid|managed_identity_client_id",
        "without parameters|arguments|a_client",
        "object id",
        "user assigned",
    ]
    NAMES_DNS: "name resolution" [
        "dns|nslookup|dig|resolves|resolve|resolved|zone|zones|record|records|hosts_file",
    ]
    PRIVATE: "a private path" [
        "private endpoint|endpoints|link|ip|network|dns|zone",
        "vnet|vpn|virtual_network|privatelink|expressroute|subnet|peering|bastion",
    ]
    ADDRESS_RULES: "network rules" [
        "firewall|ip|ips|allow_list|allowlist|whitelist|selected_networks|network_rules|acl|acls|outbound",
    ]
    PROXY: "a proxy" [
        "proxy|proxies|zscaler|netskope|corporate|company|inspection|ca_certs|ca_bundle|certificate|certificates|self_signed",
    ]
    REGION: "the region" [
        "region|regions|location|locations|east_us|eastus|west_europe|westeurope|sweden*|france*|uk_south|japan_east",
        "canada|australia|brazil|india|korea|japan|norway|switzerland|germany|poland|italy|spain|qatar|uae|us|uk|europe east|west|north|south|central",
        "north|south|east|west|central us|europe|india|asia",
    ]
    CLASS: "the client's class" [
        "class|classes",
        "azureopenai|azurechatopenai|chatopenai|asyncopenai|openaiclient|azureopenaiclient",
        "sdk|library|package .. instead|other|another|plain",
        "plain openai|client|sdk",
    ]
    VARIABLE: "a variable or setting" [
        "variable|variables|env|environment|dotenv|setting|settings|config|configuration|option|argument|parameter|field|yaml|toml|json|compose|secret|secrets",
        "azure openai api|key|endpoint|deployment",
    ]
    OPERATION: "the operation" [
        "chat|completions|completion|embedding|embeddings|responses|images|audio|realtime|batch|files|assistants|vision|tools|streaming",
    ]
    QUOTING: "the form of the token" [
        "quotes|quoted|quotation|newline|line_break|linebreak|trailing_space|truncated",
        "whole|entire|complete json|object|output|response",
        "object object",
        "bearer .. twice|again|already|prefix|double",
        "token .. ends|begins|starts|contains|cut",
    ]

    // What a sentence says of its subject.

    WORKS: "it works" [
        "works|worked|work|working|succeeds|succeeded|succeed|fine|ok|okay|answers|answered|answer|connects|connected|responds|solves|solved|solve|fixes|fixed|helps|helped|resolves_it|returns_200|200|good|loads|goes_through|went_through|accepted|runs",
        "makes|made it|them",
    ]
    FAILS: "it fails" [
        "fails|failed|fail|failing|error|errors|breaks|broke|broken|401|403|404|400|refused|rejected|denied|dies|stops|stopped|hangs|crashes|doesnt_work|not_work|not_working",
    ]
    LACKS: "it is missing" [
        "no|not|without|missing|absent|empty|unset|none|null|undefined|blank|lacks|lack|lacking|never|forgot*|nothing|neither|omitted|dropped|stripped|removed|left_out|not_set|cleared|ignored|lost",
    ]
    WRONG: "it is wrong" [
        "wrong|incorrect|invalid|other|another|different|instead|rather|old|older|outdated|stale|placeholder|mismatch*|unknown|typo|misspel*|mistyped|foreign|differs|differ|guessed|unsupported|retired|deprecated|hard_coded|hardcoded|default|defaults|left|unchanged|copied|pasted|broken|doubled|twice|again|once_more|already|itself|only|swapped|mixed|confused",
    ]
    RIGHT: "it is right" [
        "correct|right|verified|checked|double_checked|valid|confirmed|matches|same|identical|known_good|fine",
    ]
}
