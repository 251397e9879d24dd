//! Code that the tests share, such as a scriptable publisher and the real binary in a temporary folder.

pub(crate) mod daemon;
pub(crate) mod frames;
pub(crate) mod network;
pub(crate) mod publisher;
pub(crate) mod river;
pub(crate) mod schemas;
pub(crate) mod tls;
pub(crate) mod validator;
