//! Reads the message of a panic.

use std::any::Any;

/// Returns the message of a caught panic, or `no message` if the panic carries a value that is not a text.
pub fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&str>().copied();
    literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_of_a_panic_is_a_literal_or_a_formatted_text() {
        assert_eq!(panic_message(&"plain"), "plain");
        assert_eq!(panic_message(&format!("with {}", 1)), "with 1");
        assert_eq!(panic_message(&7_u8), "no message");
    }
}
