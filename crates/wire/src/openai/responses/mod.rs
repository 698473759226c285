//! The Responses API: requests, stored answers and streamed events.

mod answer;
mod event;
mod request;

pub use answer::{
    Deleted, FunctionCall, IncompleteDetails, ItemList, OutputItem, OutputMessage, OutputText,
    Response, ResponseError, Status,
};
pub use event::ResponseEvent;
pub use request::{Input, InputItem, ResponseRequest, ResponseTool, TextFormat, TextOptions};
