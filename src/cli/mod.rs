//! The command line: one file a verb. The only module that prints.
