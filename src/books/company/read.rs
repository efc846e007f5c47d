//! Reading a company's own book, and saying what is wrong with one: each with file, line, column and a hint.

use std::collections::BTreeMap;

use super::super::provenance::{Date, Sourced, kept};
use super::super::regions::{CloudRegion, Provider};
use super::super::{Books, RegionBook};
use super::entries::Placed;
use super::file::{FileBook, FileSite, Probe, Said};
use super::lines::Lines;
use super::{At, CompanyBook, Entry, Line, QUALITY};
use crate::design::file::{FileError, edit_distance, one_line, options, syntax_error};

/// The format of books this program reads.
const FORMAT: u32 = 1;
/// Largest book read, bytes.
pub const MAX_BOOK_BYTES: usize = 1024 * 1024;
/// Longest name of a book, characters.
const MAX_NAME_LEN: usize = 64;
/// Longest text of an entry, bytes.
const MAX_TEXT_BYTES: usize = 1_024;
/// Largest price, size or time.
const MAX_NUMBER: f64 = 1e9;

impl CompanyBook {
    /// Reads a book; `source_name` stands in error messages, `assumptions` are the ids that the estimates know.
    ///
    /// # Errors
    /// [`FileError`] with line, column and a hint: text that is no RON, another format, unknown fields, numbers out
    /// of range, unknown providers, regions and assumptions, round trips faster than light, entries said twice.
    pub fn parse(text: &str, source_name: &str, assumptions: &[&str]) -> Result<Self, FileError> {
        if text.len() > MAX_BOOK_BYTES {
            let message = format!("a company's book may have {} KiB at most", MAX_BOOK_BYTES / 1024);
            return Err(FileError::whole(source_name, message, "is this really a book of prices?"));
        }
        let whole = text.to_owned();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file = read(text, source_name)?;
        let mut reader = Reader::new(&file, Lines::of(text), source_name)?;
        let book = reader.book(&file, assumptions)?;
        Ok(Self { text: whole, claims: reader.claims, ..book })
    }

    /// What this book says again that a stronger one of the same folder has said; where two of a folder speak of one
    /// thing, nobody knows which of them is meant.
    #[must_use]
    pub fn conflict_with(&self, stronger: &Self) -> Option<FileError> {
        let (claim, here, there) =
            self.claims.iter().find_map(|(claim, here)| Some((claim, here, stronger.claims.get(claim)?)))?;
        let message = format!("{claim} is also in {}, line {}", stronger.source_name, there.line);
        Some(FileError {
            line: here.line,
            column: here.column,
            ..FileError::whole(
                &self.source_name,
                one_line(&message),
                "leave it in one of the two; this book is not used",
            )
        })
    }

    /// A book to begin with: a file with comments that people change into their own.
    #[must_use]
    pub fn template() -> &'static str {
        include_str!("../../../assets/books/example.book.ron")
    }
}

/// The word of a list that is written most like another.
pub(super) fn closest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> String {
    let best = known.map(|known| (edit_distance(word, known), known)).min();
    best.map(|(_, known)| format!("did you mean \"{known}\"?")).unwrap_or_default()
}

fn closest_region(regions: &RegionBook, provider: Provider, id: &str) -> String {
    closest(id, regions.all().iter().filter(|region| region.provider == provider).map(|region| region.id.as_str()))
}

fn read(text: &str, source_name: &str) -> Result<FileBook, FileError> {
    let read = options().from_str::<FileBook>(text);
    // Another format explains whatever else is not understood.
    let format = match &read {
        Ok(file) => Some(file.format),
        Err(_) => options().from_str::<Probe>(text).ok().map(|probe| probe.format),
    };
    if let Some(format) = format.filter(|format| *format != FORMAT) {
        let hint = if format > FORMAT {
            "it was written for a newer Meridian; use that version"
        } else {
            "the first line should say format: 1"
        };
        let message = format!("this book has format {format}, but this program reads format {FORMAT}");
        let (line, column) = Lines::of(text).at("", "format");
        return Err(FileError { line, column, ..FileError::whole(source_name, message, hint) });
    }
    read.map_err(|error| {
        let mut shown = syntax_error(&error, text, source_name);
        // Some hints speak of designs, which share the reader.
        if shown.hint.contains("design") {
            shown.hint = "a company's book begins with (format: 1, name: …, source: …, date: …".into();
        }
        shown
    })
}

/// Turns what stands in the file into figures, one entry after the other.
pub(super) struct Reader<'t> {
    lines: Lines<'t>,
    source_name: &'t str,
    book: String,
    sourced: Sourced,
    claims: BTreeMap<String, Line>,
}

pub(super) type Read<T> = Result<T, FileError>;

impl<'t> Reader<'t> {
    fn new(file: &FileBook, lines: Lines<'t>, source_name: &'t str) -> Read<Self> {
        let unknown =
            Sourced { source: "", date: Date { year: 0, month: None, day: None }, quality: QUALITY, stale: false };
        let mut reader =
            Self { lines, source_name, book: file.name.trim().to_owned(), sourced: unknown, claims: BTreeMap::new() };
        if reader.book.is_empty() || reader.book.chars().count() > MAX_NAME_LEN {
            return Err(reader.wrong(
                "",
                "name",
                "the name of the book is empty or too long",
                "use 1 to 64 characters",
            ));
        }
        if file.source.trim().is_empty() {
            let hint = "say where the figures come from, such as a contract";
            return Err(reader.wrong("", "source", "the source of the book is empty", hint));
        }
        let said = Said { source: Some(&file.source), date: Some(&file.date), note: None };
        reader.sourced = reader.sourced("", &said)?;
        Ok(reader)
    }

    pub(super) fn wrong(&self, path: &str, field: &str, message: &str, hint: &str) -> FileError {
        let (line, column) = self.lines.at(path, field);
        FileError { line, column, ..FileError::whole(self.source_name, one_line(message), one_line(hint)) }
    }

    /// Source and date of an entry.
    pub(super) fn sourced(&self, path: &str, said: &Said<'_>) -> Read<Sourced> {
        for (field, text) in [("source", said.source), ("note", said.note)] {
            if text.is_some_and(|text| text.len() > MAX_TEXT_BYTES) {
                return Err(self.wrong(path, field, &format!("the {field} is too long"), "at most 1,024 bytes"));
            }
        }
        let date = match said.date {
            None => self.sourced.date,
            Some(date) => {
                date.parse().map_err(|error| self.wrong(path, "date", &format!("{error}"), "write it as 2026-09-01"))?
            }
        };
        let source = match said.source {
            None => self.sourced.source,
            Some(source) => kept(&format!("{}, {}", self.book, one_line(source.trim()))),
        };
        Ok(Sourced { source, date, quality: QUALITY, stale: false })
    }

    /// Source and date of an entry, with its remark in the source.
    pub(super) fn noted(&self, path: &str, said: &Said<'_>) -> Read<Sourced> {
        let sourced = self.sourced(path, said)?;
        let note = said.note_line();
        Ok(note.map_or(sourced, |note| Sourced { source: kept(&format!("{}; {note}", sourced.source)), ..sourced }))
    }

    /// A number from `least` to `most`.
    pub(super) fn number(&self, path: &str, field: &str, value: f64, [least, most]: [f64; 2]) -> Read<f64> {
        if value.is_finite() && (least..=most).contains(&value) {
            return Ok(value + 0.0);
        }
        let message = format!("{field}: {value} is not between {least} and {most}");
        Err(self.wrong(path, field, &message, "give a finite number in that range"))
    }

    pub(super) fn price(&self, path: &str, field: &str, usd: f64) -> Read<f64> {
        self.number(path, field, usd, [0.0, MAX_NUMBER])
    }

    pub(super) fn prices<const N: usize>(&self, path: &str, fields: [(&str, Option<f64>); N]) -> Read<()> {
        fields.into_iter().try_for_each(|(field, usd)| usd.map_or(Ok(()), |usd| self.price(path, field, usd).map(drop)))
    }

    /// A size, which is above zero.
    pub(super) fn size(&self, path: &str, field: &str, value: f64) -> Read<f64> {
        self.number(path, field, value, [0.001, MAX_NUMBER])
    }

    pub(super) fn provider(&self, path: &str, key: &str) -> Read<Provider> {
        key.parse().map_err(|_| {
            let message = format!("\"{key}\" is no provider");
            self.wrong(path, "provider", &message, "use aws, azure, gcp or ibm; prices of an own site stand in sites")
        })
    }

    pub(super) fn region(&self, path: &str, field: &str, provider: Provider, id: &str) -> Read<&'static CloudRegion> {
        let regions = Books::shipped().regions();
        regions.get(provider, id).ok_or_else(|| {
            let message = format!("\"{id}\" is no region of {}", provider.label());
            self.wrong(path, field, &message, &closest_region(regions, provider, id))
        })
    }

    /// Where an entry holds; those of a site are given the site's name.
    pub(super) fn at(&self, path: &str, of: [Option<&str>; 2], site: Option<Option<&str>>) -> Read<At> {
        match (of, site) {
            ([None, None], Some(name)) => Ok(At::Site(name.map(|name| name.trim().to_lowercase()))),
            ([Some(_), _] | [_, Some(_)], Some(_)) => {
                let hint = "entries of a site name neither provider nor region; move it out of sites";
                Err(self.wrong(path, "", "this entry of a site speaks of a cloud", hint))
            }
            ([Some(provider), region], None) => {
                let provider = self.provider(path, provider)?;
                let region = region.map(|id| self.region(path, "region", provider, id)).transpose()?;
                Ok(At::Cloud(provider, region.map(|region| region.id.clone())))
            }
            ([None, _], None) => {
                let hint = "add provider: \"aws\", or move it into sites: [(name: …, …)]";
                Err(self.wrong(path, "", "this entry names no provider", hint))
            }
        }
    }

    /// Refuses what the book has said before.
    pub(super) fn claim(&mut self, path: &str, claim: String) -> Read<()> {
        let (line, column) = self.lines.at(path, "");
        if let Some(first) = self.claims.get(&claim) {
            let message = format!("{claim} is said twice");
            return Err(self.wrong(
                path,
                "",
                &message,
                &format!("line {} says it first; keep one of them", first.line),
            ));
        }
        self.claims.insert(claim, Line { line, column });
        Ok(())
    }

    pub(super) fn entry<T>(&self, path: &str, at: At, said: &Said<'_>, figure: T) -> Read<Entry<T>> {
        Ok(Entry { at, figure, sourced: self.sourced(path, said)?, note: said.note_line() })
    }

    /// Everything that the file says.
    fn book(&mut self, file: &FileBook, assumptions: &[&str]) -> Read<CompanyBook> {
        let mut book = CompanyBook {
            name: self.book.clone(),
            source_name: self.source_name.to_owned(),
            sourced: self.sourced,
            currency: self.currency(file)?,
            discounts: self.discounts(file)?,
            machines: Vec::new(),
            instance_types: self.instance_types(file)?,
            databases: Vec::new(),
            storage: Vec::new(),
            load_balancers: Vec::new(),
            dns: self.dns(file)?,
            traffic: self.traffic(file)?,
            rtts: self.rtts(file)?,
            availabilities: self.availabilities(file)?,
            assumptions: self.assumptions(file, assumptions)?,
            claims: BTreeMap::new(),
            text: String::new(),
        };
        let FileBook { machines, databases, storage, load_balancers, .. } = file;
        let clouds = Placed { prefix: String::new(), site: None, machines, databases, storage, load_balancers };
        self.placed(&mut book, &clouds)?;
        for (index, site) in file.sites.iter().enumerate() {
            let FileSite { name, machines, databases, storage, load_balancers } = site;
            if name.as_deref().is_some_and(|name| name.trim().is_empty()) {
                let hint = "name the site as it is drawn; without a name the prices hold for every own site";
                return Err(self.wrong(&format!("sites[{index}]"), "name", "the name of the site is empty", hint));
            }
            let (prefix, site) = (format!("sites[{index}]."), Some(name.as_deref()));
            self.placed(&mut book, &Placed { prefix, site, machines, databases, storage, load_balancers })?;
        }
        Ok(book)
    }
}
