//! What the tests share: a scriptable publisher, and the real binary in a folder of its own.
