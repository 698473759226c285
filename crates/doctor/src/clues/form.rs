//! The form of what was sent as a token.

use super::clues;

clues! {
    BEARER_TWICE: "the word Bearer stands twice" [
        "bearer bearer",
        "bearer .. twice|doubled|again|already|too|once_more",
    ]
    MALFORMED: "the token is not a well-formed JWT" [
        "not .. jwt|well_formed|wellformed|valid_jwt",
        "malformed",
        "truncat*",
        "bearer bearer",
        "bearer .. twice|doubled|double|prefix",
        "newline|line_break|trailing_space|whitespace|carriage_return|quotes|quotation|json .. token|header|bearer|key",
        "token|header|bearer|key .. newline|line_break|trailing_space|whitespace|carriage_return|quotes|quotation|quoted|cut_off|incomplete|partial",
        "illegal header value",
        "invalid header value",
        "invalid character .. header",
        "whole|entire|complete .. json|output|object .. token|header|bearer",
        "token .. object|promise|coroutine|function .. instead|string",
        "object promise|object",
        "tostring .. token",
        "accesstoken .. token=|struct|tuple|object .. passed|instead",
        "idx12741|idx14100|idx12709",
        "no|without|three .. dots|segments|parts",
        "base64",
        "encoded|double_encoded",
        "bearer .. again|once_more|already|added|adds|second_time",
        "already .. bearer",
        "literal|the word|string bearer",
        "bearer in front|inside|included|part",
        "starts|begins with bearer .. adds|added|again",
        "str token",
        "accesstoken|access_token object",
        "begins|starts with .. accesstoken|access_token",
        "bytes .. included|prefix|token",
        "prefix from",
        "repr|to_string|tostring .. token",
        "tostring|to_string",
        "az|%v .. azaccesstoken .. plain|string|object",
        "key|token .. not well_formed|formed",
        "get_access_token|get access token .. o|output tsv .. whole|as_it_is|as_is|unchanged|row|columns",
        "token|output|it .. written|stored|put|used|set|exported|pasted .. as_it_is|as_is|unchanged|verbatim|raw",
        "starts|begins|started with .. brace|bracket|quote|curly",
        "token .. json .. object|output",
        "echo|print|prints .. token .. brace|quote|json|object",
        "credential|node|client|sdk adds it|bearer too|again|itself",
    ]
    NOT_THE_STRING: "what was sent is an object or a literal's prefix beside the token, not its text" [
        "securestring|assecurestring|convertto_securestring",
        "bearer b|f|r|str|accesstoken|access_token|object|coroutine|promise|function",
        "begins|starts with .. accesstoken|access_token",
    ]
    CALLER_UNREADABLE: "the service names a caller without an id: it could not read the token" [
        "identity object id does not have",
        "client with object id does not",
    ]
}
