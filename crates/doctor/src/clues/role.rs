//! Roles: what was granted, to whom, where and when.

use super::clues;

clues! {
    DENIED_CODE: "the code is PermissionDenied" [
        "permissiondenied",
    ]
    DENIED_IN_WORDS: "the service says that a permission for a data action is missing" [
        "lack|lacks|lacking|missing .. data ?plane action|actions",
        "lack|lacks|lacking .. microsoft cognitiveservices accounts openai|aiservices|maas",
        "permissiondenied microsoft cognitiveservices accounts openai|aiservices|maas",
        "not authorized|authorised to perform .. data action",
        "does|do not have access to api operation",
        "lacks .. agents read|write",
        "lacks .. openai deployments",
        "@no .. permission|permissions .. to|for .. build|create|use|list|read|run|call .. agent|agents|model|models|deployment|inference",
        "does not have permission* to build|create|use|run|call .. agent|agents|model|models",
        "insufficient permission*|privilege*|rights",
        "user|principal|identity is not authorized|authorised",
        "missing|required permission* .. data action*",
        "required data action*",
        "permissiondenied|permission_denied .. principal",
        "# permissiondenied",
        "permissiondenied # ",
        "unauthorized .. rbac|role",
        "principal|identity|user lacks",
        "rbac error|failure|denial",
        "authorization failure|failed",
        "insufficient_permissions",
        "lacks data action",
        "permission to .. data action",
    ]
    GRANTED_RECENTLY: "a role was granted shortly before the call" [
        "@grant|@role .. @recently",
        "@recently .. @grant .. @role",
        "@recently @grant",
        "@recently created .. assignment|role",
        "assignment|role .. created .. @recently",
        "role|assignment|permission|access|grant .. # minutes|seconds|minute|hour ago",
        "# minutes|seconds|minute after|since .. @grant|assignment|role",
        "@grant .. # minutes|seconds|minute ago|before|earlier",
        "first call .. @grant|assignment",
        "call|request|run|test* .. immediately|right|directly|shortly|straight|seconds|minutes .. after .. @grant|assignment|role",
        "same|one script|run|deployment|pipeline|template .. @grant|assigns .. role|then calls",
        "role .. assigned by the same ..  deployment|script|template|run",
        "@grant .. role .. then .. immediately|directly|at_once|right_away",
        "deployed|provisioned .. @recently",
        "took effect|effective after|later",
        "propagat*",
        "@grant|role|assignment .. right|directly|immediately|just before|after",
        "runs|called|calls|starts .. directly|right|immediately|straight after .. role|assignment|grant*",
        "assignment|role|grant* .. same .. apply|run|deployment|script|pipeline|template|step",
        "assigns|grants|creates|adds .. role|assignment .. calls|invokes|runs|tests|uses",
        "granted|assigned .. tested|called|tried .. immediately|directly|at_once|right",
    ]
    STARTED_WORKING_LATER: "it began to work some time later without a change" [
        "@work .. later|after_waiting|after_a_while|minutes_later|next_day|the_next_morning|hours_later|without_changes|without_any_change",
        "later .. same .. @work",
        "went away|disappears|disappeared|resolves|resolved .. by_itself|itself|on_its_own|later|after_# minutes",
        "after .. # minutes|hour|hours .. @work",
        "waiting .. @work|helped|helps|fixed|resolved",
        "retry|retrying|retries .. later|minutes .. @work",
        "eventually .. @work",
        "intermittent* .. then @work",
        "first .. minutes .. fail* .. then .. @work",
        "second|next|repeated|another|later run|try|attempt|call|time .. @work|succeeds|passes",
        "running|run|trying .. again|second_time .. @work|succeeds|passes",
        "after .. about # minutes .. @work",
        "error|errors|problem|failure .. disappeared|gone|vanished|went_away",
        "later ones|calls|attempts|requests @work|succeed",
        "first .. fail .. later .. @work|succeed",
    ]
    NO_ROLE: "no role is assigned to the caller" [
        "@no .. role|roles|assignment|assignments .. @principal|assigned|exists|listed|found|shown|at_all|for|on|granted",
        "no|without .. data ?plane role|roles|permission|permissions",
        "role|assignment|permission .. @is not|never @grant",
        "role|roles|assignment|assignments|permission .. missing|absent|removed|deleted|empty",
        "has|have|had no .. role|roles|assignment|assignments|permission*",
        "role assignments .. empty|shows_nothing|no_result*",
        "never @grant|assigned",
        "forgot* .. assign|role|grant",
        "only .. listed|shown .. no .. role",
    ]
    NEW_IDENTITY: "the calling identity is new and was made by tooling" [
        "new|fresh|own|separate .. identity|principal .. @is .. minted|created|generated|made|each|per",
        "identity|principal .. minted|recreated|regenerated|re_created",
        "identity .. each|every .. version|deployment|agent",
        "identity .. created .. automatically",
        "enabled .. system assigned|managed identity",
        "managed identity .. @is .. enabled|turned_on|switched_on",
    ]
    RUNS_AS_MANAGED_IDENTITY: "the call is made by a managed identity" [
        "runs|running|executes|authenticates|connects .. managed identity|system_assigned|user_assigned",
        "with|by|via|using|uses|use .. managed|system_assigned|user_assigned identity",
        "managed identity .. authenticat*|auth",
        "app|web_app|function|container|service .. identity",
    ]
    CREATED_RESOURCE: "the caller created the resource" [
        "created|creates|creator|provisioned|deployed .. the|this|that|own .. resource|resources|project|account|hub|instance",
        "@principal .. just created",
        "creator of",
    ]
    MANAGEMENT_WORKS: "management operations succeed for the same caller" [
        "control plane|management plane|arm .. @work",
        "can .. create|deploy|manage|see|list .. resource|deployment|deployments|models|project",
        "deployment|deploys|build|push .. succeed*|works|fine",
        "list|lists|reads .. keys",
    ]
    PIM: "the role is held through Privileged Identity Management" [
        "pim",
        "privileged identity management",
        "eligible .. assignment|role|not|only",
        "just in time .. access|role",
        "@no .. activated|activate",
        "activation|activate .. role|assignment",
        "role|assignment .. eligible|expired|inactive",
        "not .. appear .. normal|active .. role|assignment*|listing",
        "role .. activated",
        "activated .. role|assignment",
        "activated .. for # hours",
    ]
    PIM_DIRECTORY_ROLE: "an Entra directory role was activated, which gives no Azure role" [
        "entra|azure_ad|aad|directory role",
        "user administrator",
        "global admin*",
    ]
    GROUP: "the role comes through a group" [
        "through|via|by|using|member*|added|belongs .. group|groups",
        "group .. has|holds|@grant|assign* .. role",
        "role|assignment .. group",
        "security group|groups",
        "group membership",
        "nested group*",
        "entra group|groups",
        "from .. group",
    ]
    GROUP_MEMBERSHIP_NEW: "the membership of the group is new" [
        "@recently .. member|added|joined|group",
        "added .. group .. @recently|ago|yesterday|before|then|after",
        "group membership .. change*|new|not|stale|cached|old|update*|propagat*|refresh*",
        "token|session|cache .. before .. member*|group",
        "token|session|login|sign_in .. older .. than .. member*|group",
        "sign*|log* out .. in .. help*|@work|fixed",
        "new token|new sign_in|fresh login .. @work|helps|helped|fixed",
        "cached token|tokens .. group|groups|member*",
        "direct*|directly .. assignment|assigned .. @work",
        "groups claim",
        "@no .. groups claim",
        "added .. to .. group",
        "joined .. group",
        "put .. into|in .. group",
        "group .. this_morning|yesterday|today|last_week",
        "fresh|new login|sign_in|session .. solves|solved|helps|works|fixes",
        "account clear",
    ]
    SCOPE_OTHER_PROJECT: "the role stands at another project" [
        "role|roles|assignment|assign*|@grant .. other|another|different|wrong|second project",
        "scope .. ending|ends .. projects",
        "on|at|for|in project b|a|other",
        "calls to project",
        "other|another project .. @work",
        "projects|project .. @other",
    ]
    SCOPE_OTHER_RESOURCE: "the role stands at another resource" [
        "role|roles|assignment|assign*|@grant|access .. @other .. @resource",
        "@other .. @resource .. @grant|role|assign*",
        "assigned|granted|role .. search|storage|key_vault|cosmos|vault .. not|instead",
        "scope .. is|was|points .. @other|wrong",
        "wrong scope",
        "scope .. of .. @other",
        "role|assignment|assigned .. old|former|previous|east|west .. @resource",
        "first|old .. resource .. role",
        "@other|wrong resource group|subscription",
        "role .. resource .. not .. resource",
        "calls .. other|another .. @resource .. @work",
        "role .. on|at|in|for .. while|but|whereas .. points|calls|uses|targets|runs|called",
        "grants|granted|assigns|assigned .. role .. in|on .. new|old|other|another|wrong|different|only",
        "existing account|resource .. other|another resource_group",
        "template|bicep|terraform .. grants|assigns .. only",
        "role|assignment|granted|given|assigned .. on|at|for|of .. dev|test|staging|search|storage|key_vault|cosmos|old|second|first|parent|primary",
        "scope is .. storage|search|other|wrong|another",
        "iam|access of|on|at .. second|other|new|another account|resource",
        "calls|targets|points .. prod|second|other|new|another",
        "failover|fallback .. second|other|another",
    ]
    SCOPE_LEVEL: "the role stands at a level that does not cover the call" [
        "assigned|granted|role|assignment .. on|at .. hub",
        "on|at|for the .. project .. not|only .. account|resource|parent",
        "on|at|for the .. account|resource|parent .. not|only .. project",
        "no assignment .. exists .. on|at .. project|account|resource",
        "only|just .. at|on|for .. project|account|hub|workspace|resource|parent|deployment|sub_resource ?level ?scope",
        "project ?level ?scope .. role|assignment|only",
        "role|assignment .. project .. scope|level|only",
        "parent|account .. @no .. role|assignment",
        "child resource|scope",
        "scope .. deployment|project|sub_resource",
        "hub .. not .. project",
        "project .. not .. inherit*",
        "inherit* .. not|does_not|never",
        "account|parent|resource scope .. required|needed|missing",
    ]
    CUSTOM_ROLE: "a custom role is used" [
        "custom role|roles",
        "own|self made|hand written role definition",
        "role definition .. dataactions|data_actions|lists|contains",
        "dataactions|notdataactions",
        "own|tailored|hand_made|home_made|self_defined role|roles",
        "role with accounts|openai|data",
        "minimal|restricted|narrow|limited|reduced|tailored|least_privilege role",
        "role allows|permits|covers|lists|contains .. not|only",
        "built .. role",
        "short list of dataactions|data_actions",
    ]
    DENY_ASSIGNMENT: "a deny assignment exists" [
        "deny assignment|assignments",
        "denyassignment*",
        "deployment stack|stacks",
        "managed application|resource_group|app .. locked|deny|lock",
        "blueprint .. lock*|deny",
        "denied .. although|despite .. owner",
    ]
    ROLE_ASSIGNMENT_WRITE: "creating a role assignment was refused" [
        "roleassignments write",
        "@no .. permission*|authoriz*|authoris*|allowed|able|rights .. assign .. role*",
        "cannot|cant|unable|failed|fails|could_not .. assign|create|add .. role|roles|assignment*",
        "assign*|create|creating|new azroleassignment|grant*|add .. role|assignment .. fails|failed|forbidden|refused|greyed|disabled",
        "new azroleassignment",
        "role assignment create",
        "add role assignment .. greyed|grayed|disabled|not_available",
        "abac condition not fulfilled",
    ]
    MANAGEMENT_ACTION: "a management operation was refused" [
        "does not have authorization to perform action",
        "does not have permission to perform action",
        "authorizationfailed",
        "linkedauthorizationfailed",
        "listkeys",
        "accounts listkeys",
        "management azure com",
        "accounts read|write|delete",
        "deployments write",
        "authorization failed",
    ]
    ROLE_SUFFICIENT_SAID: "the caller is said to have the right role" [
        "has|have|holds|got|given|granted|assigned .. right|correct|required|necessary|proper|all .. role|roles|permission*",
        "role|roles|permission*|rbac|iam .. @is .. correct|right|verified|checked|confirmed|fine|ok|in_place|there|present",
        "check access .. shows|lists",
        "confirmed .. role|assignment",
    ]
    KEY_WORKS: "the same call works with a key" [
        "@work .. api ?key|keys",
        "with .. key .. @work",
        "key|keys ?authentication|auth|based .. @work",
    ]
    OTHER_USER_WORKS: "the same call works for somebody else" [
        "colleague*|other|another|different|admin*|owner .. user|users|people|account|principal|developer* .. @work|can|not_affected|no_problem",
        "@work .. colleague*|other|another user|users|account|people|developer*",
        "only .. one|some|this user|users|principal|identity .. fail*|affected",
    ]
}
