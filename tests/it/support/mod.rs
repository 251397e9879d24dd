//! What the tests share: a scriptable publisher, and the real binary in a folder of its own.

#![allow(dead_code, reason = "each test uses a part of what the tests share")]

pub(crate) mod daemon;
pub(crate) mod frames;
pub(crate) mod network;
pub(crate) mod publisher;
pub(crate) mod river;
pub(crate) mod tls;
pub(crate) mod validator;
