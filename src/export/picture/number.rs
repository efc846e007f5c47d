//! Numbers in files: short and the same everywhere.

/// A coordinate with at most two decimal places, without needless zeros. What is no number becomes zero.
pub(super) fn number(value: f32) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let mut text = format!("{value:.2}");
    while text.ends_with('0') {
        text.pop();
    }
    if text.ends_with('.') {
        text.pop();
    }
    if text == "-0" { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let told = [1.0, -0.001, 12.50, 100.0, 2.71111, f32::NAN].map(number);
        assert_eq!(told, ["1", "0", "12.5", "100", "2.71", "0"]);
    }
}
