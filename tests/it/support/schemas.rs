//! Checks documents against schemas: Atom against RELAX NG, JSON Feed against JSON Schema.
//!
//! Those in `tests/schemas` always. The published ones, too, where RIVERD_CORPUS names a folder with a folder `schemas`.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use relax_ng::{
    Content, DatatypeRegistry, Element as SchemaElement, ExpandedName, ResolveError, Schema, SchemaResolver,
    SchemaSource, SchemaSyntax,
};

use super::validator::Element;

/// An element of a document with the namespaces that its root declares.
#[derive(Clone, Copy)]
struct Node<'a> {
    element: &'a Element,
    namespaces: &'a HashMap<&'a str, &'a str>,
}

impl Node<'_> {
    /// Returns the full name. An attribute without a prefix has no namespace.
    fn expanded(&self, name: &str, default: Option<&str>) -> ExpandedName {
        match name.split_once(':') {
            Some((prefix, local)) => ExpandedName::new(self.namespaces.get(prefix).copied(), local),
            None => ExpandedName::new(default, name),
        }
    }
}

impl SchemaElement for Node<'_> {
    type Location = String;

    fn name(&self) -> ExpandedName {
        self.expanded(&self.element.name, self.namespaces.get("").copied())
    }

    fn attributes(&self) -> impl Iterator<Item = (ExpandedName, String)> {
        let declares = |name: &str| name == "xmlns" || name.starts_with("xmlns:");
        let attributes = self.element.attributes.iter().filter(move |(name, _)| !declares(name));
        attributes.map(|(name, value)| (self.expanded(name, None), value.clone()))
    }

    fn children(&self) -> impl Iterator<Item = Content<Self>> {
        let text = Some(&self.element.text).filter(|text| !text.is_empty());
        let elements = self.element.children.iter();
        let elements = elements.map(|element| Content::Element(Self { element, ..*self }));
        text.map(|text| Content::Text(text.clone())).into_iter().chain(elements)
    }

    fn location(&self) -> Option<String> {
        Some(format!("{} `{:.60}`", self.element.name, self.element.text))
    }
}

/// The schema of Atom includes no other.
struct NoOtherSchema;

impl SchemaResolver for NoOtherSchema {
    fn resolve(&self, href: &str, _base_uri: &str) -> Result<SchemaSource, ResolveError> {
        Err(ResolveError::new(format!("no schema `{href}`")))
    }
}

/// Returns our own schema, and the published one in this file if it is there.
fn with_published(own: &str, file: &str) -> Vec<String> {
    let folder = std::env::var_os("RIVERD_CORPUS").map(PathBuf::from);
    let published = folder.and_then(|folder| std::fs::read_to_string(folder.join("schemas").join(file)).ok());
    std::iter::once(own.to_owned()).chain(published).collect()
}

fn atom_schemas() -> Vec<Schema> {
    let compile = |text: String| {
        let source = SchemaSource::new(text, "memory:/atom.rnc", SchemaSyntax::Compact);
        Schema::compile(&source, &NoOtherSchema).unwrap_or_else(|error| panic!("atom.rnc: {error}"))
    };
    with_published(include_str!("../../schemas/atom.rnc"), "atom.rnc").into_iter().map(compile).collect()
}

/// Returns how an Atom document violates its schemas.
pub(crate) fn atom_schema_complaints(root: &Element) -> Vec<String> {
    static SCHEMAS: LazyLock<Vec<Schema>> = LazyLock::new(atom_schemas);
    let mut namespaces = HashMap::from([("xml", "http://www.w3.org/XML/1998/namespace")]);
    for (name, value) in &root.attributes {
        let prefix = if name == "xmlns" { Some("") } else { name.strip_prefix("xmlns:") };
        namespaces.extend(prefix.map(|prefix| (prefix, value.as_str())));
    }
    let (node, datatypes) = (Node { element: root, namespaces: &namespaces }, DatatypeRegistry::new());
    let errors = SCHEMAS.iter().flat_map(|schema| schema.validate(&datatypes, &node).unwrap());
    errors.map(|error| format!("atom.rnc: {error:?}")).collect()
}

/// Returns how a JSON Feed violates its schemas.
pub(crate) fn json_schema_complaints(feed: &serde_json::Value) -> Vec<String> {
    static SCHEMAS: LazyLock<Vec<JsonSchema>> = LazyLock::new(|| {
        let texts = with_published(include_str!("../../schemas/json_feed.json"), "jsonfeed-1.1.schema.json");
        texts.iter().map(|text| JsonSchema::compile(text)).collect()
    });
    let errors = SCHEMAS.iter().filter_map(|schema| schema.complaint(feed));
    errors.map(|error| format!("json_feed.json: {error}")).collect()
}

/// A compiled JSON Schema.
struct JsonSchema {
    schemas: boon::Schemas,
    index: boon::SchemaIndex,
}

impl JsonSchema {
    fn compile(text: &str) -> Self {
        let mut schemas = boon::Schemas::new();
        let mut compiler = boon::Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource("memory:///schema.json", serde_json::from_str(text).unwrap()).unwrap();
        let index = compiler.compile("memory:///schema.json", &mut schemas);
        let index = index.unwrap_or_else(|error| panic!("the schema: {error}"));
        Self { schemas, index }
    }

    fn complaint(&self, value: &serde_json::Value) -> Option<String> {
        self.schemas.validate(value, self.index).err().map(|error| format!("{error:#}"))
    }
}
