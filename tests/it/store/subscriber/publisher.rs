//! Publishers with odd habits. Each writes a feed of its newest entries whenever it is polled.

use std::time::Duration;

use riverd::time::{HOUR, Timestamp};

/// How many entries a feed lists.
const LISTED: usize = 30;

/// How a publisher behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Habit {
    /// It publishes an entry now and then, with its true date.
    Steady,
    /// It dates entries hours to years before they appear.
    Backdated,
    /// It dates entries days ahead.
    Postdated,
    /// It gives no dates.
    Undated,
    /// It changes the title and text of old entries.
    Editing,
    /// It gives every entry another guid at every poll.
    NewGuids,
    /// It publishes nothing for days, and then more than a feed can list.
    Bursts,
    /// Its feed is empty now and then, and later lists everything again.
    Vanishing,
    /// It links to the pages of the others.
    Linking,
    /// It copies the texts of the others to its own address, with another title and a by-line.
    Rewriting,
}

/// A story of the simulation, which a reader must see once.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub(super) number: usize,
    pub(super) page: String,
    pub(super) words: Vec<String>,
    /// Time when it was published.
    pub(super) at: Timestamp,
    /// Whether its own feed lists it long enough to be polled there first.
    lasts: bool,
}

#[derive(Clone, Debug)]
struct Entry {
    story: usize,
    guid: String,
    page: String,
    title: String,
    text: String,
    dated: Option<Timestamp>,
}

/// A publisher.
#[derive(Debug)]
pub(super) struct FeedPublisher {
    pub(super) name: String,
    habit: Habit,
    entries: Vec<Entry>,
    rng: fastrand::Rng,
}

impl FeedPublisher {
    pub(super) fn new(name: &str, habit: Habit, seed: u64) -> Self {
        Self { name: name.to_owned(), habit, entries: Vec::new(), rng: fastrand::Rng::with_seed(seed) }
    }

    /// Runs the hour before `now`. New stories go into `world`.
    pub(super) fn work(&mut self, world: &mut Vec<Story>, now: Timestamp) {
        match self.habit {
            Habit::Linking | Habit::Rewriting => self.take_over(world, now),
            Habit::Bursts if self.rng.u8(..) < 3 => (0..40).for_each(|_| self.publish(world, now)),
            Habit::Bursts => {}
            _ if self.rng.u8(..) < 40 => self.publish(world, now),
            _ => {}
        }
        if self.habit == Habit::Editing && self.rng.u8(..) < 60 && !self.entries.is_empty() {
            let newest = self.entries.len().saturating_sub(LISTED);
            let chosen = self.rng.usize(newest..self.entries.len());
            self.entries[chosen].title += " updated";
            self.entries[chosen].text += " It was edited.";
        }
    }

    fn publish(&mut self, world: &mut Vec<Story>, now: Timestamp) {
        let number = world.len();
        let words: Vec<String> = (0..60).map(|_| word(&mut self.rng)).collect();
        let page = format!("https://{}.example/{number}", self.name);
        let lasts = !matches!(self.habit, Habit::Bursts | Habit::Vanishing | Habit::Editing);
        let story = Story { number, page, words, at: now, lasts };
        let back = Duration::from_secs(self.rng.u64(0..3600));
        let dated = match self.habit {
            Habit::Undated => None,
            Habit::Backdated => Some(now.saturating_sub(self.rng.u32(1..20_000) * HOUR)),
            Habit::Postdated => Some(now.saturating_add(self.rng.u32(1..200) * HOUR)),
            _ => Some(now.saturating_sub(back)),
        };
        let guid = self.guid(number);
        let (page, title, text) = (story.page.clone(), story.title(), story.text());
        self.entries.push(Entry { story: number, guid, page, title, text, dated });
        world.push(story);
    }

    /// Copies or links some of what the others published eight hours ago, after it was polled there. A link and a copy
    /// that both come before the original have nothing in common, and would rightly be two articles until it comes.
    fn take_over(&mut self, world: &[Story], now: Timestamp) {
        let age = |story: &Story| now.since(story.at);
        let fresh = world.iter().rev().take_while(|story| age(story) <= 8 * HOUR);
        for story in fresh.filter(|story| age(story) == 8 * HOUR && story.lasts) {
            if self.rng.u8(..) >= 90 {
                continue;
            }
            let (page, title, text) = if self.habit == Habit::Linking {
                let page = format!("{}?utm_source={}", story.page, self.name);
                (page, format!("Seen elsewhere: {}", story.title()), "A link.".to_owned())
            } else {
                let page = format!("https://{}.example/copy-of-{}", self.name, story.number);
                let title = format!("{} in other words", story.words[..5].join(" "));
                (page, title, format!("(Agency) {} By our desk.", story.text()))
            };
            let guid = self.guid(story.number);
            self.entries.push(Entry { story: story.number, guid, page, title, text, dated: Some(now) });
        }
    }

    fn guid(&self, story: usize) -> String {
        format!("{} {story}", self.name)
    }

    /// Returns the feed now, and the stories that it lists. A publisher that hides its entries for a while lists none.
    pub(super) fn feed(&mut self) -> (String, Vec<usize>) {
        let hidden = self.habit == Habit::Vanishing && self.rng.u8(..) < 60;
        let listed =
            if hidden { &[][..] } else { &self.entries[self.entries.len().saturating_sub(LISTED)..] };
        let salt = if self.habit == Habit::NewGuids { self.rng.u32(..) } else { 0 };
        let items: Vec<String> = listed.iter().rev().map(|entry| entry.xml(salt)).collect();
        let feed = format!(
            "<rss version=\"2.0\"><channel><title>{0}</title><link>https://{0}.example/</link>{1}</channel></rss>",
            self.name,
            items.concat()
        );
        (feed, listed.iter().map(|entry| entry.story).collect())
    }
}

impl Story {
    fn title(&self) -> String {
        self.words[..6].join(" ")
    }

    fn text(&self) -> String {
        self.words.chunks(12).map(|sentence| sentence.join(" ") + ". ").collect()
    }
}

impl Entry {
    fn xml(&self, salt: u32) -> String {
        let Self { story, guid, page, title, text, dated } = self;
        let date = dated.map(|at| format!("<pubDate>{}</pubDate>", at.to_rfc2822())).unwrap_or_default();
        format!(
            "<item><title>{title}</title><link>{page}</link><guid isPermaLink=\"false\">{guid}{salt}</guid>{date}\
             <category>story-{story}</category><description>{text}</description></item>"
        )
    }
}

/// Returns one of 64 000 words. Two stories never share a run of them, and single words only by chance.
fn word(rng: &mut fastrand::Rng) -> String {
    let mut syllable = || {
        let vowel = rng.choice(["a", "e", "i", "o", "u"]).unwrap_or_default();
        [rng.choice(["b", "d", "k", "l", "m", "r", "s", "t"]).unwrap_or_default(), vowel].concat()
    };
    [syllable(), syllable(), syllable()].concat()
}
