//! Text inside the HTML pages that are written to files.

/// In the head of a page of its own: it needs its style and nothing else, so nothing else may run or load.
pub(crate) const NO_SCRIPT: &str =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";

/// A text as it stands in an element or between the quotes of an attribute.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_name_becomes_markup() {
        assert_eq!(super::escaped("\"><img src=x onerror='a&b'>"), "&quot;&gt;&lt;img src=x onerror=&#39;a&amp;b&#39;&gt;");
    }
}
