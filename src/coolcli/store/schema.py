"""The tables. Each migration is one ordered step from the version before it, keyed on SQLite's `user_version`."""

MIGRATIONS: tuple[str, ...] = (
    """
    -- arXiv's data: what it says of a paper. Overwritten by a newer version, never by less.
    CREATE TABLE papers (
        id TEXT PRIMARY KEY,            -- without version, in arXiv's spelling
        version INTEGER,                -- the newest known; NULL where no source said
        title TEXT,                     -- NULL: pending, its id is all that is known
        authors TEXT NOT NULL,          -- JSON list of names
        categories TEXT NOT NULL,       -- joined by spaces, primary first
        primary_category TEXT,
        comments TEXT,
        comments_version INTEGER,       -- the version that the comments were read of
        journal_ref TEXT,
        doi TEXT,
        license TEXT,
        submitted TEXT,                 -- version 1, UTC, ISO 8601
        updated TEXT,                   -- newest version, UTC, ISO 8601
        abstract TEXT                   -- last: a list reads none of its pages
    );
    CREATE INDEX pending ON papers (id) WHERE title IS NULL;

    -- What arXiv announced in a category (or archive) on a day, in its order.
    CREATE TABLE announcements (
        category TEXT NOT NULL,
        day TEXT NOT NULL,              -- the listing's own date
        paper_id TEXT NOT NULL,
        type INTEGER NOT NULL,          -- 0 new, 1 cross, 2 replace, 3 replace-cross: arXiv's order
        position INTEGER NOT NULL,      -- within the answer it came with
        PRIMARY KEY (category, day, paper_id)
    ) WITHOUT ROWID;
    CREATE INDEX announcements_of_paper ON announcements (paper_id, category, day, type);

    -- How much of a listing is here.
    CREATE TABLE listings (
        category TEXT NOT NULL,
        day TEXT NOT NULL,
        fetched_at TEXT NOT NULL,       -- of the newest answer that it was made from, UTC
        expected_new INTEGER,           -- what a page states for each section; NULL: no page was read
        expected_cross INTEGER,
        expected_replaced INTEGER,
        complete INTEGER,               -- 1 all of that is here, 0 papers are known to be missing, NULL unchecked
        PRIMARY KEY (category, day)
    ) WITHOUT ROWID;

    -- The last time that arXiv was asked what the latest listing of a category is.
    CREATE TABLE checks (
        category TEXT PRIMARY KEY,
        at TEXT NOT NULL,               -- UTC
        day TEXT,                       -- what it answered; NULL: no answer
        stale INTEGER NOT NULL,         -- 1: an older batch than it has announced
        problem TEXT                    -- why there was no answer, or a stale one
    ) WITHOUT ROWID;

    -- The reader's data: everything they did, append-only. Undo appends the inverse of a group.
    CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        device TEXT NOT NULL,
        sequence INTEGER NOT NULL,      -- of the device
        clock TEXT NOT NULL,            -- hybrid logical time: orders the events of all devices
        at TEXT NOT NULL,               -- UTC
        grp TEXT NOT NULL,              -- the change that one command made
        verb TEXT NOT NULL,
        subject TEXT NOT NULL,          -- a paper's id, or category:NAME
        field TEXT NOT NULL,            -- starred, read, opened, tags, note, subscribed
        value TEXT,                     -- JSON; NULL: removed
        undoes TEXT,                    -- the group whose inverse this is
        UNIQUE (device, sequence)
    );
    CREATE INDEX events_of_field ON events (subject, field, id);
    CREATE INDEX events_of_group ON events (grp);
    CREATE INDEX events_by_clock ON events (clock);
    CREATE INDEX undone ON events (undoes) WHERE undoes IS NOT NULL;

    -- The latest value of each field, derived from the events. No refresh ever writes it.
    CREATE TABLE marks (
        subject TEXT NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        clock TEXT NOT NULL,
        PRIMARY KEY (subject, field)
    ) WITHOUT ROWID;
    CREATE INDEX marks_of_field ON marks (field, subject);

    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    -- What arXiv knows its last answer about a category by, so that it need not be sent again unchanged.
    CREATE TABLE validators (
        category TEXT NOT NULL,
        source TEXT NOT NULL,           -- feed or page
        day TEXT NOT NULL,              -- the listing that it was the answer of
        etag TEXT NOT NULL,             -- empty where the answer had none, and so below
        modified TEXT NOT NULL,
        PRIMARY KEY (category, source)
    ) WITHOUT ROWID;
    """,
    """
    -- Days that have passed. For a listing:
    ALTER TABLE listings ADD COLUMN following TEXT; -- the next day with an announcement in any category; NULL: not said
    ALTER TABLE listings ADD COLUMN paged INTEGER NOT NULL DEFAULT 0; -- 1: all of a page was read: comments are here
    ALTER TABLE listings ADD COLUMN basis TEXT;     -- submission or change: made by that, not exact; NULL: exact

    ALTER TABLE papers ADD COLUMN withdrawn INTEGER; -- the version that arXiv says is withdrawn; NULL: not said

    -- What a starred paper said before a newer version took its place.
    CREATE TABLE versions (
        paper_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        title TEXT,
        abstract TEXT,
        authors TEXT NOT NULL,          -- JSON list of names
        categories TEXT NOT NULL,
        comments TEXT,
        PRIMARY KEY (paper_id, version)
    ) WITHOUT ROWID;

    -- What lists are chosen from, a line for each announced paper: derived from announcements, subscriptions and marks.
    CREATE TABLE listed (
        paper_id TEXT PRIMARY KEY,
        day TEXT NOT NULL,              -- on which it entered the unread, else its first in the reader's categories,
        type INTEGER NOT NULL,          -- else its first at all; and as what
        backlog INTEGER NOT NULL,       -- 1: it entered the unread
        read INTEGER NOT NULL,
        starred INTEGER NOT NULL,
        categories TEXT NOT NULL        -- all that hold the paper, archives too, a blank before and after each
    ) WITHOUT ROWID;
    CREATE INDEX listed_by_day ON listed (day DESC, type, categories);
    CREATE INDEX listed_unread ON listed (day, type, categories) WHERE backlog AND NOT read;
    """,
    """
    -- Events of several devices: one is known by its clock, which names its device. A home that was copied to another
    -- machine counts its sequence twice.
    CREATE TABLE made_anew (
        id INTEGER PRIMARY KEY,
        device TEXT NOT NULL,
        sequence INTEGER NOT NULL,      -- of the device
        clock TEXT NOT NULL UNIQUE,     -- hybrid logical time, then the device: orders the events of all devices
        at TEXT NOT NULL,               -- UTC
        grp TEXT NOT NULL,              -- the change that one command made; its name begins with the device
        verb TEXT NOT NULL,
        subject TEXT NOT NULL,          -- a paper's id, or category:NAME
        field TEXT NOT NULL,            -- starred, read, opened, tag:NAME, note, subscribed, news
        value TEXT,                     -- JSON; NULL: removed
        undoes TEXT,                    -- the group whose inverse this is
        more TEXT                       -- JSON: what a newer version said besides, kept for it; NULL: nothing
    );
    INSERT INTO made_anew SELECT *, NULL FROM events;
    DROP TABLE events;
    ALTER TABLE made_anew RENAME TO events;
    CREATE INDEX events_of_field ON events (subject, field, clock);
    CREATE INDEX events_of_group ON events (grp);
    CREATE INDEX events_of_device ON events (device, sequence);
    CREATE INDEX undone ON events (undoes) WHERE undoes IS NOT NULL;
    """,
    """
    -- What searches look into: the words of papers, of the reader's notes and of the tags. Derived from those, and
    -- brought up to date when it is asked (store/index.py): nobody who looks at a listing waits for it.
    CREATE VIRTUAL TABLE searched USING fts5(
        title, abstract, authors, comments, note, tags,
        categories,                     -- all that hold the paper, archives too, as words that no text has
        content = '', prefix = '2'
    );
    -- How much a word weighs in each of the columns, for the order by relevance.
    INSERT INTO searched (searched, rank) VALUES ('rank', 'bm25(10.0, 1.0, 5.0, 1.0, 5.0, 5.0, 0.0)');
    -- A line for each of its documents, whose numbers ascend with arXiv's ids. A paper that changed gets another one.
    CREATE TABLE indexed (
        docid INTEGER PRIMARY KEY,
        paper_id TEXT NOT NULL,
        current INTEGER NOT NULL        -- 1: what the paper says now
    );
    CREATE UNIQUE INDEX indexed_now ON indexed (paper_id) WHERE current;
    -- What is to be brought up to date. Not by OR IGNORE: in a trigger that statement's policy holds which set it off.
    CREATE TABLE unindexed (paper_id TEXT PRIMARY KEY) WITHOUT ROWID;
    INSERT INTO unindexed SELECT id FROM papers WHERE title IS NOT NULL;
    CREATE TRIGGER paper_came AFTER INSERT ON papers BEGIN
        INSERT INTO unindexed SELECT NEW.id
        WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE paper_id = NEW.id);
    END;
    CREATE TRIGGER paper_changed AFTER UPDATE OF title, abstract, authors, comments, categories ON papers
    WHEN (OLD.title, OLD.abstract, OLD.authors, OLD.comments, OLD.categories)
        IS NOT (NEW.title, NEW.abstract, NEW.authors, NEW.comments, NEW.categories)
    BEGIN
        INSERT INTO unindexed SELECT NEW.id
        WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE paper_id = NEW.id);
    END;
    CREATE TRIGGER paper_went AFTER DELETE ON papers BEGIN
        INSERT INTO unindexed SELECT OLD.id
        WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE paper_id = OLD.id);
    END;
    CREATE TRIGGER words_came AFTER INSERT ON marks WHEN NEW.field = 'note' OR NEW.field GLOB 'tag:*' BEGIN
        INSERT INTO unindexed SELECT NEW.subject
        WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE paper_id = NEW.subject);
    END;
    CREATE TRIGGER words_changed AFTER UPDATE ON marks WHEN NEW.field = 'note' OR NEW.field GLOB 'tag:*' BEGIN
        INSERT INTO unindexed SELECT NEW.subject
        WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE paper_id = NEW.subject);
    END;
    CREATE TRIGGER words_went AFTER DELETE ON marks WHEN OLD.field = 'note' OR OLD.field GLOB 'tag:*' BEGIN
        INSERT INTO unindexed SELECT OLD.subject
        WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE paper_id = OLD.subject);
    END;

    -- What each saved search found when the reader last looked: what it finds besides is new.
    CREATE TABLE seen_hits (
        search TEXT NOT NULL,           -- its name
        paper_id TEXT NOT NULL,
        PRIMARY KEY (search, paper_id)
    ) WITHOUT ROWID;
    -- What was learned of the stars for an order: at the most one line, made anew where it is of an earlier state.
    CREATE TABLE learned (
        state TEXT NOT NULL,            -- of stars and read marks (store/likings.py)
        model TEXT NOT NULL             -- JSON
    );
    """,
    """
    -- What the reader's language model answered about papers. It can be had again, so it is no event; but it has cost
    -- time or money, so it is never overwritten: what is asked anew is another row.
    CREATE TABLE answers (
        number INTEGER PRIMARY KEY,     -- in the order in which they came
        paper_id TEXT NOT NULL,
        version INTEGER,                -- that the model was asked about; NULL: nobody knew which it was
        model TEXT NOT NULL,            -- as its server calls it
        language TEXT NOT NULL,         -- of the answer, as the reader calls it
        question TEXT NOT NULL,         -- the name of one of the six, or the reader's own words
        text TEXT NOT NULL,             -- Markdown
        source TEXT NOT NULL,           -- what the model was given: html, pdf or abstract
        left_out TEXT NOT NULL,         -- JSON list: what of that was not, in words
        ended TEXT NOT NULL,            -- whole, length (at the server's limit) or broken
        at TEXT NOT NULL,               -- UTC
        follows INTEGER,                -- the answer that it goes on after; NULL: it begins a conversation
        stopgap INTEGER NOT NULL        -- 1: a server failed that may have had more of the text
    );
    CREATE INDEX answers_of_paper ON answers (paper_id, version, model, language);
    CREATE INDEX answers_followed ON answers (follows) WHERE follows IS NOT NULL;
    """,
)
