//! The URL: which one was given, and which one was called.

use super::clues;

clues! {
    AGENT_SERVICE: "the agent service answered" [
        "agent service",
        "agent_name|agent_project_name",
        "error to .. agent .. service",
    ]
    BODY_OF_OTHER_API: "the body is another API's than the route takes" [
        "unsupported parameter messages .. responses api",
        "parameter has moved to input",
        "unknown parameter input .. chat completions",
    ]
    TIER_LACKS_API: "the resource is of a kind that does not offer this API" [
        "not supported with the current subscription key",
        "not supported .. pricing tier",
    ]
    AGENT_AS_MODEL: "an agent's name stands where a model's deployment is named" [
        "model|deployment .. agent|agents name|id",
        "agent|agents name|id .. as|in|for .. model|deployment",
        "model agent_name|agentname",
    ]
    AUDIO: "audio is sent or asked for" [
        "audio transcription*|translation*|speech",
        "transcription|transcriptions|transcribe|transcribes|whisper",
    ]
    REALTIME_OF_OTHER_GENERATION: "the realtime events are of another generation than the client" [
        "session created .. field|type .. required|missing",
        "realtime .. beta|preview .. event|events|format|shape|schema",
        "beta_api_shape_disabled",
        "realtime beta api is no longer|not supported",
    ]
    KEY_AND_ENDPOINT_ONLY: "the client takes a key and an endpoint, and nothing more" [
        "key and endpoint|url|base_url|host|address only",
        "only|just .. key and ?the|an endpoint|url|base_url|host|address",
        "only|just .. endpoint|url|base_url|host|address and ?the|an|a ?api key",
        "only .. key|endpoint|url .. can be entered|given|set|configured|filled",
    ]
    VERSION_NOT_ALLOWED: "the route takes no api-version" [
        "api version .. not allowed",
    ]
    VERSIONS_TRIED: "several api-versions were tried in vain" [
        "several|multiple|many|different|all|various|other api_version|api_versions|versions .. tried|tested|fail|same|none",
        "tried|tested .. several|multiple|many|different|all|various|other api_versions|api_version|versions",
    ]
    CLIENT_APPENDS: "the client appends a path of its own" [
        "client|clients|library|sdk|tool|app|plugin|extension|it|provider|endpoints .. appends|adds|append|add|concatenates|builds",
        "provider|program|wrapper|plugin|sdk|client posts|builds|sends|calls to|on .. base|baseurl|api_base",
        "posts|requests|calls .. base|baseurl .. chat_completions|responses|completions",
    ]
    DOUBLED_PATH: "a path stands twice in the URL" [
        "chat completions chat completions",
        "v1 v1",
        "openai v1 openai",
        "models models|chat_completions_models",
        "anthropic anthropic",
        "deployments .. openai deployments",
        "twice .. url|path|endpoint",
        "url|path|endpoint .. twice",
    ]
    FULL_URL_GIVEN: "the whole URL of the operation was given" [
        "full|whole|complete|entire .. url|uri|endpoint|path|target",
        "target uri|url",
        "operation url|path",
        "copied .. full|whole|complete|entire",
    ]
    RESOURCE_GONE: "the resource is gone or has another name" [
        "resource|account|project|environment .. deleted|removed|recreated|renamed|gone|purged|soft_deleted|moved|torn_down|re_created",
        "resource|account .. does not exist|no_longer",
        "name|host|hostname|endpoint|resource .. typo|misspelt|misspelled|mistyped|wrong_name",
        "deleted|recreated|removed .. resource|account|project",
        "still provisioning|creating|being_created",
        "endpoint|name .. earlier|old|former|previous .. set_up|setup|resource|environment|deployment",
        "endpoint|resource|account|host .. not|doesnt .. exist anymore|any_more|any_longer|now",
        "lists no .. resource|account",
        "no .. resource .. in|with|named|behind|exists|subscription",
    ]
    VERSION_REFUSED_SAID: "the service refuses the api-version" [
        "enabled only for api version|versions",
        "not .. supported|allowed|available|valid .. in|for|with|by .. this|the|that .. api version",
        "api version .. not .. supported|allowed|valid|recognized|found",
        "unsupported|invalid|unknown api version",
        "unsupportedapiversion|invalidapiversionparameter|unsupported_api_version",
        "query parameter is not allowed",
        "api version .. or_later|and_later|or_newer|at_least",
        "requires .. api version",
    ]
    BASE_INCLUDES_PATH: "the base URL already holds what the client appends" [
        "appends|adds|appended|added .. again|twice|second",
        "path .. twice|doubled|duplicated|double|repeated",
        "doubled|duplicate*|double|repeated .. path|slash|slashes|segment|url|openai|v1",
        "two slashes|slash",
        "includes|including|contains|with|has .. chat completions",
        "endpoint|base_url|url|base .. includes|contains|holds|ends .. chat|completions|responses|embeddings|operation",
        "operation .. url|path .. endpoint|base",
        "api_version|query|operation .. part of|in|inside .. endpoint|url|base",
        "endpoint|base|url .. already .. includes|contains|holds|ends|has",
        "already includes|contains|ends",
        "adds|appends .. again",
    ]
    TRAILING_SLASH: "the URL ends or does not end in a slash" [
        "trailing slash",
        "slash .. end",
        "double slash",
        "ends|ending|ended .. slash",
        "without|removing|removed|dropping|extra .. slash",
        "slash .. extra|removed|twice|double|end",
    ]
    URL_BROKEN: "the URL's own text is broken" [
        "invalid url|uri",
        "no scheme|host",
        "missing .. scheme|protocol|https",
        "unsupported protocol",
        "missing an http or https protocol",
        "quotes|quotation|space|newline|bracket* .. url|endpoint|base",
        "url|endpoint|base .. quotes|quotation|space|newline|bracket*",
        "placeholder .. url|endpoint|base|left|still",
        "url|endpoint|base .. placeholder|sample|example|literal*",
        "typo .. url|endpoint|host|name",
        "http|https .. twice|doubled",
        "http instead|rather https",
        "invalid hostname|host",
        "failed to parse url",
        "relative uri|url",
        "absolute uri|url",
    ]
    BARE_ROOT: "the base URL is the bare resource root" [
        "bare .. root|resource|url|endpoint|host",
        "resource root",
        "root of .. resource",
        "@no .. openai v1|path|suffix|deployments .. base|url|endpoint|in",
        "without .. openai v1|path|suffix|deployments|openai|models|api_projects|anthropic",
        "account|service|resource endpoint .. not|instead .. project",
        "endpoint .. account|service|resource .. instead .. project",
        "@no .. api projects",
        "only .. host|hostname|root|resource_url",
        "base url .. ends .. com",
    ]
    PROJECT_ENDPOINT: "a project endpoint was given" [
        "project endpoint|url",
        "api projects",
        "endpoint .. of|for .. project",
    ]
    PROJECT_WANTED: "the client wants a project endpoint" [
        "asks|wants|needs|requires|expects|wanted|expected|required .. project ?endpoint|connection",
        "project endpoint not valid",
        "listing agents",
        "agents|agent .. project",
    ]
    SUBDOMAIN_UNKNOWN: "no resource stands behind the name" [
        "subdomain does not map to a resource",
        "workspace|project .. not found",
        "project .. does not exist|not_found",
        "account|resource .. not found .. subscription|tenant",
    ]
    REGIONAL: "a regional endpoint is used" [
        "regional endpoint|url|host",
        "api cognitive microsoft com",
        "@no .. custom subdomain|domain|sub_domain",
        "custom subdomain|domain",
        "without .. custom subdomain|domain|sub_domain",
        "generated without .. name|domain",
    ]
    OTHER_ROUTE_WORKS: "another route of the same resource works" [
        "other|another|same .. route|path|endpoint|url|base .. @work",
        "@work .. with|on|at|through .. openai v1|deployments|models|anthropic|chat_completions|responses",
        "chat completions|chat|completions @work",
        "direct* call*|request* .. @work",
    ]
    WRONG_SURFACE: "a route of another API was called" [
        "route|path .. does not exist|unknown|no_such",
        "intended|right|correct|expected route|path|endpoint|url",
        "actually called|requested|sent",
        "azure ml|azureml|machine_learning .. endpoint|url|host|workspace",
        "serverless|maas|marketplace .. endpoint|deployment|model",
        "github models",
        "assistants|threads|agents|evaluations|files|images|audio|realtime|batch|fine_tuning route|path|endpoint",
    ]
    VERSION_PARAMETER_ABSENT: "the request has no api-version" [
        "without .. query|api_version|version_parameter",
        "@no .. query ?parameter|parameters|string",
        "missing .. api version",
        "missing required query parameter",
        "must provide .. api version",
        "drops|dropped|strips|stripped|loses|lost .. query|api_version",
        "api version .. never|not .. sent|appended|passed|included",
        "adding|appending|added|append|appended .. api version",
        "lacks|lack .. api version|query",
        "no|without|missing|lacks|lacking ?the|an|any api version",
        "no .. field|setting|option|box .. for .. api version",
        "api version @is missing|absent|not_sent|empty|dropped|unset|omitted|stripped|null|undefined|none|never_sent",
        "api version|parameter .. missing|absent|not_sent|dropped|omitted|stripped|left_out",
        "with .. api version .. @work|returns|200",
        "with .. version in the query|url .. @work",
        "version in the query|url @work",
        "api version undefined|null|none|empty",
    ]
    VERSION_UNQUOTED: "the api-version is a bare date where a text is wanted" [
        "without quotes",
        "unquoted|not_quoted",
        "api_ver|api_version .. without|no quotes|quotation",
        "yaml .. date|timestamp",
    ]
    VERSION_SUSPECT: "the api-version is suspect" [
        "fixed|hard_coded|hardcoded|pinned api version",
        "api version .. @is .. wrong|old|unsupported|outdated|invalid|retired|deprecated|model_version|placeholder|unknown|too_old|not_supported|hard_coded|default|set_to|fixed",
        "old*|outdated|retired|deprecated|wrong|unsupported|invalid|default|hard_coded|unknown .. api version",
        "service version",
        "library default|sdk default .. version",
        "model version .. api version",
        "api version .. model|date|timestamp|yaml|quotes|quoted|unquoted",
        "without quotes",
        "yaml .. date|timestamp",
        "different|newer|other|latest|another api version .. @work",
        "api version .. newer|later|latest|other|another .. @work",
        "version .. changed .. @work|helped|fixed",
        "not supported .. api version",
        "api version not supported|allowed",
        "unsupported api version|apiversion",
        "unsupportedapiversion",
        "api version .. retired|retirement|sunset",
        "is enabled only for api version|versions",
        "enabled only .. api version|versions",
        "version .. or later|and_later",
        "not allowed when using v1",
        "invalid .. api version",
    ]
    VERSION_NOT_SENT_AS_SET: "the api-version that was set is not the one in the request" [
        "api version .. does not|not|never .. reach|arrive|apply|applied|used",
        "not|never .. reach|reaches .. call|request|wire",
        "api version .. @is .. set|configured .. new enough",
        "new enough api version",
        "request|wire|url|call .. still .. carries|has|shows|contains|uses|sends .. %d|version",
        "still .. carries|sends|uses|shows .. %d",
        "overriding|overwriting|setting .. version .. did_not|no help|effect",
        "api version .. ignored|overridden|overwritten|hard_coded|hardcoded",
        "version .. cannot be set|changed",
        "api_version .. passed .. sets|uses|sends .. default",
        "sets|uses .. default .. api version",
    ]
    ROUTE_UNKNOWN_SAID: "the service says that it has no such route" [
        "unknown request url",
        "unrecognized request url",
    ]
    PARAMETER_UNKNOWN: "the service does not know a parameter of the request" [
        "unrecognized request argument|arguments",
        "unknown parameter",
        "unrecognized parameter|argument|field",
    ]
    VERSION_CONFIGURED: "the api-version is given" [
        "api version .. @is .. configured|set|given|right|correct|valid|supported",
        "api version configured",
        "api_version .. a valid one",
        "valid|supported|right|correct api version",
    ]
}
