-- prepare: Events on their way, in the order they are to be sent; with a problem once they were refused.
CREATE TABLE IF NOT EXISTS event (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    source  TEXT NOT NULL,
    id      TEXT NOT NULL,
    body    TEXT NOT NULL,
    problem TEXT,
    UNIQUE (source, id)
);

-- add: Put an event at the end, unless it is there.
INSERT INTO event (source, id, body) VALUES (:source, :id, :body) ON CONFLICT (source, id) DO NOTHING;

-- body: What is there under a source and an id.
SELECT body FROM event WHERE source = :source AND id = :id;

-- waiting: The next events to send.
SELECT number, body FROM event WHERE problem IS NULL ORDER BY number LIMIT :limit;

-- count: How many wait.
SELECT count(*) FROM event WHERE problem IS NULL;

-- sent: Forget an event that the service has.
DELETE FROM event WHERE number = :number;

-- refuse: Keep an event that the service refused, with its problem.
UPDATE event SET problem = :problem WHERE number = :number;

-- refused: The events that the service refused.
SELECT body, problem FROM event WHERE problem IS NOT NULL ORDER BY number;

-- discard: Forget an event that the service refused.
DELETE FROM event WHERE source = :source AND id = :id AND problem IS NOT NULL;
