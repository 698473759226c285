//! The way to the service: names, addresses, firewalls, proxies, certificates.

use super::clues;

clues! {
    PRIVATE_PATH: "a private endpoint or virtual network is part of the path" [
        "@privatelink",
    ]
    PRIVATE_ENDPOINT: "a private endpoint or its zone is spoken of" [
        "private endpoint|endpoints|link|dns",
        "privatelink",
        "private ip|address|zone",
    ]
    PUBLIC_OFF: "public network access of the account is off" [
        "public ?network access .. disabled|off|denied|blocked|disable",
        "public access .. disabled|off|denied|blocked",
        "publicnetworkaccess",
        "disabled|disable|turned_off .. public ?network access",
        "public network .. disabled|off|blocked",
        "traffic is not from an approved private endpoint",
        "configure private endpoint",
        "access .. private endpoint|endpoints .. only",
        "only .. private endpoint|endpoints|network",
        "locked down .. private|network",
    ]
    CALLER_OUTSIDE: "the caller is outside the private network" [
        "@local",
        "internet",
        "not .. vnet|vpn|network|virtual_network|private_network",
        "outside .. vnet|vpn|network",
        "without .. vpn|vnet|private_endpoint",
        "@no .. private endpoint|vnet integration|vpn|connection",
        "github .. hosted|runner|runners|actions",
        "hosted agent|runner",
        "from .. home|laptop|portal|browser|public",
        "browser",
        "not .. vnet|network integrated",
    ]
    FIREWALL_RULES: "network rules do not admit the caller" [
        "virtual network firewall rules",
        "firewall rule*|setting*|allow_list|allowlist|whitelist|exception*",
        "selected networks",
        "ip ?address .. not .. allowed|allow|listed|list|permitted|whitelisted|added",
        "ip .. @is .. blocked|changed|dynamic|rotat*",
        "ip ?address|addresses|range|ranges .. allow*|whitelist*|rule*|firewall",
        "allowed ip*",
        "networkacls|network_acls|ip_rules|iprules",
        "default action .. deny",
        "access denied due to virtual network",
        "outbound ip*",
        "nat gateway|egress .. ip|address",
        "service endpoint .. subnet|missing",
        "subnet .. not .. allowed|listed|rule*",
        "trafficdenied",
        "not .. allowed .. network*",
        "@work .. office|corporate_network|other_network|another_network",
    ]
    EGRESS_DENIED: "an egress firewall between caller and service lets only listed hosts out" [
        "@no rule|rules .. for|allow*|lists|covers|matches|names",
        "on|in @no rule|rules|allow_list|allowlist",
        "fqdn|fqdns|host|hosts|domain|domains .. @no|not .. rule|rules|allow_list|allowlist|allowed|listed|permitted",
        "firewall|nva|nsg|egress|outbound .. denies|drops|blocks|deny|denied|dropped|blocked|closed",
        "egress|outbound .. not .. allowed|open|permitted",
        "deny|denies|denied .. by default",
    ]
    OUTBOUND_RESTRICTED: "the resource itself may call only listed hosts" [
        "outbound network access is restricted",
        "not in the allowed fqdn list",
        "restrictoutboundnetworkaccess|restrict_outbound_network_access",
        "allowedfqdnlist|allowed_fqdn_list",
    ]
    RESOLVES_PUBLIC: "the private name resolves to the public address or not at all" [
        "resolves|resolve|resolved|resolving|returns|returned|points|shows|gives|gets .. @publicip",
        "@publicip .. instead|not|rather",
        "nslookup|dig|dns .. @publicip",
        "nslookup|dig .. nxdomain|fails|no_such|not_found|no_answer",
        "private dns",
        "privatelink .. zone|zones|record|records|not",
        "dns zone .. not|missing|linked|link",
        "zone .. not .. linked|link|record|records",
        "zone|zones .. none|missing|lacking|absent",
        "a record .. missing|not|wrong|absent",
        "dns_forwarder|conditional_forwarder",
        "custom dns|dns_server .. private|privatelink|zone",
        "dns .. not .. forward*|resolv*",
        "host file|hosts_file",
        "hosts .. entry|file",
    ]
    RESOLVES_PRIVATE: "the name resolves to the private address" [
        "resolves|returns|gives|gets|points .. private ?endpoint ip|address",
        "private ip",
        "nslookup .. private",
        "10 # # #",
    ]
    INTERMITTENT: "failures come and go" [
        "intermittent*",
        "sometimes",
        "sporadic*",
        "random*",
        "occasional*",
        "once in a while",
        "comes and goes",
        "flaky",
        "# of|out # .. requests|calls",
        "percent of",
        "unstable",
        "every few .. requests|calls|minutes",
    ]
    OTHER_PATH_WORKS: "the same call works from another place" [
        "@work .. other|another|different|home|mobile|hotspot|local* .. network|machine|environment|place|pc|computer|region",
        "@work .. locally|laptop|on_my|developer_machine|local_machine|production|staging|dev",
        "fails .. only .. from|in|on",
        "only .. from|in|on .. @cloudhost",
        "production .. @work",
        "from .. @cloudhost .. @work .. on|locally",
        "fails|fail .. @cloudhost .. @work .. developer|local|my|laptop",
        "@work .. without .. vpn|proxy",
    ]
    LEAVES_THROUGH_PROXY: "the request leaves through a proxy or a firewall, not by the private path" [
        "system|corporate|company|http|https|web|forward proxy",
        "uses|using|through|via|behind .. proxy",
        "proxies the request|call|traffic",
        "re originates|originated",
        "goes|routed|sent through|via .. firewall|proxy|gateway",
    ]
    PROXY: "a proxy or TLS inspection stands in the way" [
        "zscaler|netskope|forcepoint|bluecoat|fortinet|palo_alto|umbrella|mitmproxy|fiddler|charles",
        "tls|ssl|https inspection|interception|intercept*",
        "corporate .. network|certificate|ca|root|firewall|vpn",
        "company .. network|certificate|ca|root|firewall|vpn|proxy",
        "re sign*|resign*",
        "man in the middle",
        "antivirus",
        "https_proxy|http_proxy|no_proxy",
        "verify false",
        "verify .. disabled|off|false",
        "node extra ca certs|ssl_cert_file|requests_ca_bundle",
        "ca bundle|certificates",
        "certifi",
        "trust* .. certificate|ca|root",
        "the|our|a|company|corporate|http|https|forward|web|outbound|authenticating proxy",
        "proxies",
        "proxy .. server|setting|settings|url|blocks|strips|intercept*|certificate",
        "behind|through|via .. proxy",
    ]
}
