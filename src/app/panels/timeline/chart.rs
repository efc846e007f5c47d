//! A recovery as rows: what is interrupted where, the steps until it is back, and what is known about its end.

use crate::design::{Capability, Design};
use crate::failure::Place;
use crate::failure::timeline::{Rpo, Rto, Span, StepKind, Timeline, Track, time_words};

use super::axis::Axis;

/// Most lanes of steps that run side by side; further ones share the last.
const MAX_LANES: usize = 8;

/// Rows along one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What is interrupted, what people care about most first.
    pub rows: Vec<Row>,
    /// The axis of them all.
    pub axis: Axis,
}

/// Capabilities at one place that come back in the same way.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The capabilities, in the order of tables.
    pub capabilities: Vec<Capability>,
    /// Where.
    pub place: Place,
    /// Capability and place, such as `Serve API traffic · Users in Europe`.
    pub title: String,
    /// All capabilities, where the title does not name all.
    pub all: String,
    /// Steps, each later than those before it in its lane.
    pub bars: Vec<Bar>,
    /// When it is back; `None` where that depends on a repair.
    pub end: Option<Span>,
    /// The same as a sentence without a full stop.
    pub when: String,
    /// What stands at the end of the row, such as `2 min 20 s (90 s to 3 min)`.
    pub short: String,
    /// What changes may be lost, as a sentence without a full stop.
    pub lost: String,
}

impl Row {
    /// Lanes that the steps take.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.bars.iter().map(|bar| bar.lane + 1).max().unwrap_or(1)
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What kind of step it is.
    pub kind: StepKind,
    /// When it begins, as expected, s after the failure.
    pub start_s: f64,
    /// When it is over, as expected, s after the failure.
    pub end_s: f64,
    /// Whether the end would come earlier if it were shorter.
    pub critical: bool,
    /// 0 is the lane of the steps that decide the end.
    pub lane: usize,
    /// Words for a wide bar and for a narrow one.
    pub words: [String; 2],
    /// Everything that is known about it, a line each.
    pub tip: Vec<String>,
}

impl Chart {
    /// The rows of a timeline: what is interrupted, users' calls first, then what else users miss, then what regions do.
    #[must_use]
    pub fn of(design: &Design, timeline: &Timeline) -> Self {
        let mut tracks: Vec<&Track> =
            timeline.tracks.iter().filter(|track| !matches!(track.rto, Rto::GoesOn(_))).collect();
        tracks.sort_by_key(|track| {
            let of_users = matches!(track.place, Place::Population(_));
            (!of_users, track.capability != Capability::Serve, track.rto.span().is_none(), track.capability)
        });
        let mut alike: Vec<Vec<&Track>> = Vec::new();
        for track in tracks {
            let same = |group: &&mut Vec<&Track>| {
                group.first().is_some_and(|first| {
                    // The calls of users stand alone: they are what a meeting asks about.
                    let serves = [first.capability, track.capability].contains(&Capability::Serve);
                    let of_users = matches!(track.place, Place::Population(_));
                    !(serves && of_users)
                        && (&first.place, &first.rto, &first.steps) == (&track.place, &track.rto, &track.steps)
                })
            };
            match alike.iter_mut().find(same) {
                Some(group) => group.push(track),
                None => alike.push(vec![track]),
            }
        }
        Self::of_rows(alike.iter().filter_map(|group| row(design, group)).collect())
    }

    /// One recovery alone, with the steps that decide its end only.
    #[must_use]
    pub fn of_track(design: &Design, track: &Track) -> Self {
        let rows = row(design, &[track]).into_iter();
        let deciding = |row: Row| Row { bars: row.bars.into_iter().filter(|bar| bar.critical).collect(), ..row };
        Self::of_rows(rows.map(deciding).collect())
    }

    fn of_rows(rows: Vec<Row>) -> Self {
        let ends: Vec<f64> = rows.iter().filter_map(|row| Some(row.end?.likely_s)).collect();
        Self { axis: Axis::of(&ends), rows }
    }

    /// Whether anything comes back at a time that is known, so that an axis tells something.
    #[must_use]
    pub fn has_ends(&self) -> bool {
        self.rows.iter().any(|row| row.end.is_some())
    }

    /// Moments at which a step is over, in order, s after the failure.
    fn stops(&self) -> Vec<f64> {
        let mut stops: Vec<f64> = self.rows.iter().flat_map(|row| row.bars.iter().map(|bar| bar.end_s)).collect();
        // What is back at its end is back: the last moment counts as well as the steps.
        stops.extend(self.rows.iter().filter_map(|row| Some(row.end?.likely_s)));
        stops.push(0.0);
        stops.sort_by(f64::total_cmp);
        stops.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
        stops
    }

    /// The next moment at which a step is over, s after the failure; `None` when there is none.
    #[must_use]
    pub fn after(&self, t_s: f64) -> Option<f64> {
        self.stops().into_iter().find(|stop| *stop > t_s + 1e-6)
    }

    /// The moment before, s after the failure; `None` at the failure itself.
    #[must_use]
    pub fn before(&self, t_s: f64) -> Option<f64> {
        self.stops().into_iter().rev().find(|stop| *stop < t_s - 1e-6)
    }
}

fn row(design: &Design, tracks: &[&Track]) -> Option<Row> {
    let first = tracks.first()?;
    let place = design.name_of(first.place.id());
    let labels: Vec<&str> = tracks.iter().map(|track| track.capability.label()).collect();
    let title = match labels.as_slice() {
        [one] => format!("{one} · {place}"),
        [one, more @ ..] => format!("{one} and {} more · {place}", more.len()),
        [] => place,
    };
    let when = first.rto.words(design);
    let short = match first.rto.span() {
        Some(span) => span.to_string(),
        None => when.clone(),
    };
    let worst = tracks.iter().max_by(|a, b| a.rpo.span().likely_s.total_cmp(&b.rpo.span().likely_s))?;
    Some(Row {
        capabilities: tracks.iter().map(|track| track.capability).collect(),
        place: first.place.clone(),
        all: if labels.len() > 1 { labels.join(", ") } else { String::new() },
        title,
        // The steps of what waits for a repair begin at a time that nobody knows.
        bars: if first.rto.span().is_some() { bars(first) } else { Vec::new() },
        end: first.rto.span(),
        when,
        short,
        lost: lost(&worst.rpo),
    })
}

fn lost(rpo: &Rpo) -> String {
    match rpo {
        Rpo::Nothing(why) => format!("no changes are lost: {why}"),
        Rpo::UpTo { span, why, count, .. } => {
            let count = count.as_ref().map(|count| format!("; {count}")).unwrap_or_default();
            format!("changes of the last {span} may be lost: {why}{count}")
        }
    }
}

/// The word of a kind of step on a bar.
fn word(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Detect => "notice",
        StepKind::Decide => "decide",
        StepKind::Dns => "DNS",
        StepKind::Promote => "take over",
        StepKind::Start => "start",
        StepKind::Reconnect => "reconnect",
        StepKind::Warm => "warm up",
    }
}

fn bars(track: &Track) -> Vec<Bar> {
    let mut free_s: Vec<f64> = vec![0.0];
    let mut steps: Vec<_> = track.steps.iter().collect();
    steps.sort_by(|a, b| a.start.likely_s.total_cmp(&b.start.likely_s));
    let bars = steps.into_iter().map(|step| {
        let (start_s, end_s) = (step.start.likely_s, step.end().likely_s);
        // Expected starts of steps that wait for several others may overlap by a rounding error.
        let lane = if step.critical {
            0
        } else {
            let open = free_s.iter().skip(1).position(|free_s| *free_s <= start_s + 1e-9).map(|at| at + 1);
            open.unwrap_or(free_s.len()).min(MAX_LANES - 1)
        };
        match free_s.get_mut(lane) {
            Some(free_s) => *free_s = end_s,
            None => free_s.push(end_s),
        }
        let length = time_words(step.length.likely_s);
        let mut tip = vec![step.what.clone(), format!("{}, beginning at {}", step.length, time_words(start_s))];
        if !step.critical {
            tip.push("Something else takes longer".to_owned());
        }
        let source = &step.source;
        tip.push(source.label.clone());
        tip.extend([&source.formula, &source.source].into_iter().filter(|words| !words.is_empty()).cloned());
        let words = [format!("{} {length}", word(step.kind)), word(step.kind).to_owned()];
        Bar { kind: step.kind, start_s, end_s, critical: step.critical, lane, words, tip }
    });
    bars.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Setting, analyse};
    use crate::books::Books;
    use crate::design::Failures;
    use crate::failure::timeline::timeline;
    use crate::templates;

    fn chart(template: &str, failure: &str) -> Chart {
        let design = templates::get(template).unwrap().design();
        let books = Books::shipped();
        let analysis = analyse(&design, crate::design::history::Revision::default(), &Setting::of(books));
        let failures: Failures = [failure.parse().unwrap()].into_iter().collect();
        let outcome = analysis.failure.outcome(&design, &failures);
        Chart::of(&design, &timeline(&design, books, &analysis.estimates, &analysis.failure, &outcome))
    }

    #[test]
    fn the_calls_of_users_come_first_and_their_bars_reach_the_expected_end() {
        for (template, failure) in [("pattern-1", "region:eu"), ("pattern-2", "region:eu"), ("pattern-2", "region:in")]
        {
            let chart = chart(template, failure);
            let first = chart.rows.first().unwrap();
            assert_eq!(first.capabilities, [Capability::Serve]);
            assert!(matches!(first.place, Place::Population(_)), "{first:?}");
            let last = first.bars.iter().map(|bar| bar.end_s).fold(0.0, f64::max);
            assert!((last - first.end.unwrap().likely_s).abs() < 1e-6);
            assert!(chart.axis.end_s > last);
        }
    }

    #[test]
    fn bars_of_one_lane_do_not_cover_each_other() {
        let chart = chart("pattern-1", "zone:eu/a");
        assert!(chart.rows.iter().any(|row| row.lanes() > 1), "something runs beside the steps that decide");
        for row in &chart.rows {
            for lane in 0..row.lanes() {
                let of_lane: Vec<&Bar> = row.bars.iter().filter(|bar| bar.lane == lane).collect();
                assert!(of_lane.windows(2).all(|two| two[0].end_s <= two[1].start_s + 1e-6), "{row:?}");
                assert!(of_lane.iter().all(|bar| bar.critical == (lane == 0)), "{row:?}");
            }
        }
    }

    #[test]
    fn what_comes_back_in_the_same_way_shares_a_row() {
        let chart = chart("pattern-2", "region:eu");
        let eu = chart.rows.iter().filter(|row| row.place.id().as_str() == "eu").collect::<Vec<_>>();
        let [row] = eu.as_slice() else { panic!("one row for the lost region: {eu:?}") };
        assert!(row.end.is_none() && row.short.contains("until Frankfurt is repaired"), "{row:?}");
        assert!(row.all.contains("Issue tokens"), "{row:?}");
    }
}
