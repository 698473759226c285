//! Words that mean the same wherever a pattern needs them.

/// Words that mean the same wherever a pattern needs them.
pub(crate) const SETS: &[(&str, &str)] = &[
    (
        "no",
        "no|not|never|none|without|nothing|neither|nor|cannot|cant|dont|doesnt|didnt|isnt|wasnt|arent|werent|hasnt|havent|hadnt|wont|lack|lacks|lacked|lacking|missing|absent|nowhere|unset|unassigned|ungranted",
    ),
    (
        "is",
        "is|are|was|were|be|been|being|gets|got|seems|stays|stayed|remains|becomes",
    ),
    (
        "has",
        "has|have|had|having|holds|held|hold|carries|carried|carry|owns|with|possess*",
    ),
    (
        "grant",
        "grant|grants|granted|granting|assign|assigned|assigns|assigning|given|gave|give|gives|giving|add|added|adding|receives|received|obtained",
    ),
    (
        "role",
        "role|roles|rbac|permission|permissions|assignment|assignments|access|rights|right",
    ),
    (
        "recently",
        "just|recently|newly|moments_ago|minutes_ago|minute_ago|seconds_ago|a_moment_ago|few_minutes|minutes_earlier|minutes_before|seconds_before|moments_before|right_before|immediately_before|same_minute|shortly_before|seconds_after|minutes_after|moment_before|moment_earlier|a_moment_before|just_now|right_away|at_once|immediately|fresh|freshly|right_after|immediately_after|directly_after|shortly_after|straight_after|soon_after|same_run|same_deployment|hour_ago|today",
    ),
    (
        "work",
        "work|works|worked|working|cures|cured|clears|loads|connects|connected|succeed|succeeds|succeeded|success|successful|successfully|fine|ok|okay|answers|answered|responds|accepted",
    ),
    (
        "fail",
        "fail|fails|failed|failing|failure|failures|error|errors|refused|rejected|rejects|denied|denies|breaks|broke|broken|stopped_working|stops_working|doesnt_work|not_work|not_working|hangs",
    ),
    (
        "other",
        "other|another|different|second|wrong|foreign|someone_elses|differs|differ|mismatch*|unlike",
    ),
    (
        "principal",
        "principal|identity|identities|user|users|caller|account|app|application|service_principal|sp|spn|managed_identity|uami|msi|developer|person|me|client",
    ),
    (
        "call",
        "call|calls|called|calling|request|requests|requested|invocation|invocations",
    ),
    (
        "set",
        "set|sets|defined|exported|present|configured|filled|supplied|provided|given|specified|passed|contains",
    ),
    (
        "model",
        "model|models|gpt|phi|llama|mistral|deepseek|grok|claude|cohere|dall|whisper|embedding|embeddings|o1|o3|o4|ada|davinci|sora|kimi|qwen",
    ),
    (
        "old",
        "older|old|previous|earlier|prior|former|last|downgrad*|rolled_back|rollback|pinned|pinning|going_back|reverting|reverted",
    ),
    (
        "upgrade",
        "upgrade|upgrades|upgraded|upgrading|update|updated|updating|bump|bumped|newer|new_version|new_release|latest|migrat*|since_version",
    ),
    (
        "portal",
        "portal|studio|playground|foundry_portal|ai_studio|ai_foundry|web_ui|azure_portal",
    ),
    ("version", "version|versions|release|releases|build|package"),
    (
        "resource",
        "resource|resources|account|accounts|instance|service|endpoint|host",
    ),
    (
        "local",
        "local|locally|localhost|laptop|my_machine|dev_machine|developer_machine|development_machine|vs_code|visual_studio|desktop|mac|workstation",
    ),
    (
        "cloudhost",
        "app_service|web_app|webapp|function_app|functions|container_app|container_apps|aks|kubernetes|pod|vm|virtual_machine|azure_web_app|container|pipeline|github_actions|devops|runner|hosted|deployed|production|azure",
    ),
    (
        "many",
        "two|three|four|five|several|multiple|many|more_than_one|both|various",
    ),
    (
        "tenant",
        "tenant|tenants|directory|directories|aad|tenantid|tenant_id|organisation|organization",
    ),
    (
        "privatelink",
        "private_endpoint|private_endpoints|private_link|privatelink|vnet|virtual_network|vpn|expressroute|express_route|subnet|peering|spoke",
    ),
    (
        "publicip",
        "public_ip|public_address|public_ips|public_dns|internet_address|public_endpoint",
    ),
];

/// The alternatives of a set.
pub(super) fn set(name: &str) -> &'static str {
    let found = SETS.iter().find(|(known, _)| *known == name);
    // A test reads every pattern of every clue, so an unknown name does not survive.
    found.map_or("\u{0}", |(_, words)| words)
}
