-- A main database of schema version 1, as SQL: one device, the recording of one simulated patient, its alert.
PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE alert_events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    alert INTEGER NOT NULL REFERENCES alerts (id),
    recording INTEGER NOT NULL REFERENCES recordings (id),
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    user TEXT,
    priority INTEGER NOT NULL,
    text TEXT
) STRICT;
INSERT INTO "alert_events" VALUES(1,1,1,'raised',1795246551239658,NULL,2,NULL);
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recording INTEGER NOT NULL REFERENCES recordings (id),
    code TEXT NOT NULL,
    priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 2),
    state TEXT NOT NULL,
    finding TEXT NOT NULL,
    at_sample INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    leased_by TEXT,
    leased_until INTEGER,
    delivery_count INTEGER NOT NULL DEFAULT 0,
    acknowledged_by TEXT,
    UNIQUE (recording, code)
) STRICT;
INSERT INTO "alerts" VALUES(1,1,'acute-coronary-syndrome',2,'raised','{"code":"acute-coronary-syndrome","evidence":[{"lead":"II","limit":0.1,"name":"ST at J","unit":"mV","value":0.17183180153369904},{"lead":"III","limit":0.1,"name":"ST at J","unit":"mV","value":0.23049789667129517},{"lead":"aVF","limit":0.1,"name":"ST at J","unit":"mV","value":0.20129725337028503},{"lead":"I","limit":-0.05,"name":"Reciprocal ST at J","unit":"mV","value":-0.05866607651114464},{"lead":"aVL","limit":-0.05,"name":"Reciprocal ST at J","unit":"mV","value":-0.14465762674808502}],"leads":["II","III","aVF"],"rule":{"isVerified":true,"rule":"stemi","source":"Fourth Universal Definition of Myocardial Infarction (Thygesen 2018): J point in two contiguous leads; order of contiguous leads unverified; confirmed as this table asks","tableVersion":"county-default 2026.1"},"text":"ST elevation in II, III, aVF (up to 0.23 mV at J in III): suspected acute inferior infarction."}',3000,1795246551239658,NULL,NULL,0,NULL);
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
) STRICT;
INSERT INTO "audit" VALUES(1,1795246549093366,'operator root','device.add','clinic-017');
CREATE TABLE devices (
    name TEXT NOT NULL PRIMARY KEY,
    public_key BLOB NOT NULL,
    clinic TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    revoked_at INTEGER,
    last_contact_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "devices" VALUES('clinic-017',X'23548100671E2F459D50551FA047694E32834CC7BBC3840E20D4089AD944F26C','Shuangqiao village',1795246549093366,NULL,1795246551196225);
CREATE TABLE health (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    probes INTEGER NOT NULL
) STRICT;
CREATE TABLE recordings (
    id INTEGER PRIMARY KEY,
    uuid BLOB NOT NULL UNIQUE,
    device TEXT NOT NULL REFERENCES devices (name),
    clinic TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    day TEXT NOT NULL,
    sample_count INTEGER,
    has_waveform INTEGER NOT NULL DEFAULT 1,
    header TEXT NOT NULL,
    patient TEXT NOT NULL,
    reading TEXT,
    CHECK ((status = 'closed') = (sample_count IS NOT NULL))
) STRICT;
INSERT INTO "recordings" VALUES(1,X'2945621396938D00A28DF4B78A2CF6C4','clinic-017','Shuangqiao village',1795246551198659,1795246551242078,'closed','2026-11-21',5000,1,'{"channels":[{"baseline":0,"label":"I","lead":"I","nanovoltsPerCount":2500},{"baseline":0,"label":"II","lead":"II","nanovoltsPerCount":2500},{"baseline":0,"label":"III","lead":"III","nanovoltsPerCount":2500},{"baseline":0,"label":"aVR","lead":"aVR","nanovoltsPerCount":2500},{"baseline":0,"label":"aVL","lead":"aVL","nanovoltsPerCount":2500},{"baseline":0,"label":"aVF","lead":"aVF","nanovoltsPerCount":2500},{"baseline":0,"label":"V1","lead":"V1","nanovoltsPerCount":2500},{"baseline":0,"label":"V2","lead":"V2","nanovoltsPerCount":2500},{"baseline":0,"label":"V3","lead":"V3","nanovoltsPerCount":2500},{"baseline":0,"label":"V4","lead":"V4","nanovoltsPerCount":2500},{"baseline":0,"label":"V5","lead":"V5","nanovoltsPerCount":2500},{"baseline":0,"label":"V6","lead":"V6","nanovoltsPerCount":2500}],"deviceTime":"2026-11-21T07:35:51.184Z","id":"29456213-9693-8d00-a28d-f4b78a2cf6c4","patient":{},"samplingRate":500}','{"ageYears":61,"reference":"P-17","sex":"male"}','{"alerts":[{"code":"acute-coronary-syndrome","evidence":[{"lead":"II","limit":0.1,"name":"ST at J","unit":"mV","value":0.17183180153369904},{"lead":"III","limit":0.1,"name":"ST at J","unit":"mV","value":0.23049789667129517},{"lead":"aVF","limit":0.1,"name":"ST at J","unit":"mV","value":0.20129725337028503},{"lead":"I","limit":-0.05,"name":"Reciprocal ST at J","unit":"mV","value":-0.05866607651114464},{"lead":"aVL","limit":-0.05,"name":"Reciprocal ST at J","unit":"mV","value":-0.14465762674808502}],"leads":["II","III","aVF"],"priority":"high","rule":{"isVerified":true,"rule":"stemi","source":"Fourth Universal Definition of Myocardial Infarction (Thygesen 2018): J point in two contiguous leads; order of contiguous leads unverified; confirmed as this table asks","tableVersion":"county-default 2026.1"},"text":"ST elevation in II, III, aVF (up to 0.23 mV at J in III): suspected acute inferior infarction."}],"findings":[{"code":"stemi","evidence":[{"lead":"II","limit":0.1,"name":"ST at J","unit":"mV","value":0.17161306738853455},{"lead":"III","limit":0.1,"name":"ST at J","unit":"mV","value":0.2301691621541977},{"lead":"aVF","limit":0.1,"name":"ST at J","unit":"mV","value":0.2010663002729416},{"lead":"I","limit":-0.05,"name":"Reciprocal ST at J","unit":"mV","value":-0.058556102216243744},{"lead":"aVL","limit":-0.05,"name":"Reciprocal ST at J","unit":"mV","value":-0.14456862211227417}],"leads":["II","III","aVF"],"rule":{"isVerified":true,"rule":"stemi","source":"Fourth Universal Definition of Myocardial Infarction (Thygesen 2018): J point in two contiguous leads; order of contiguous leads unverified; confirmed as this table asks","tableVersion":"county-default 2026.1"},"text":"ST elevation in II, III, aVF (up to 0.23 mV at J in III): suspected acute inferior infarction."}],"heartRate":61.770761839396016,"intervals":{"PR":156.2391815185547,"QRS":114.92288208007812,"QT":407.1981506347656,"QTc":412.9617632829021},"leads":{"I":{"st20":-0.058002255856990814,"st40":-0.05777455121278763,"st60":-0.05301676690578461,"st80":-0.04173833504319191,"stJ":-0.058556102216243744},"II":{"st20":0.1690470278263092,"st40":0.17280632257461548,"st60":0.18747800588607788,"st80":0.22600282728672028,"stJ":0.17161306738853455},"III":{"st20":0.22704926133155823,"st40":0.2305808812379837,"st60":0.24049478769302368,"st80":0.2677411139011383,"stJ":0.2301691621541977},"V1":{"st20":0.09847140312194824,"st40":0.09764145314693451,"st60":0.1028418242931366,"st80":0.10822050273418427,"stJ":0.09679541736841202},"V2":{"st20":0.11074583977460861,"st40":0.1101493164896965,"st60":0.12778648734092712,"st80":0.15958485007286072,"stJ":0.10934077948331833},"V3":{"st20":0.06844716519117355,"st40":0.07269036024808884,"st60":0.0935114249587059,"st80":0.15097220242023468,"stJ":0.06842329353094101},"V4":{"st20":0.022685611620545387,"st40":0.025379342958331108,"st60":0.04757576063275337,"st80":0.09729219228029251,"stJ":0.022471291944384575},"V5":{"st20":-0.007597297430038452,"st40":-0.005085280165076256,"st60":0.011468452401459217,"st80":0.04926932975649834,"stJ":-0.006646511144936085},"V6":{"st20":-0.02348984405398369,"st40":-0.024946987628936768,"st60":-0.014479289762675762,"st80":0.008017411455512047,"stJ":-0.027065090835094452},"aVF":{"st20":0.19806326925754547,"st40":0.20175763964653015,"st60":0.21389871835708618,"st80":0.24688488245010376,"stJ":0.2010663002729416},"aVL":{"st20":-0.14269371330738068,"st40":-0.144659161567688,"st60":-0.14666886627674103,"st80":-0.1550409495830536,"stJ":-0.14456862211227417},"aVR":{"st20":-0.055240415036678314,"st40":-0.05751030892133713,"st60":-0.06737171858549118,"st80":-0.09199891984462738,"stJ":-0.05625326186418533}},"note":"Machine reading, not confirmed: to be confirmed by a physician.","quality":{"leads":{"I":{"problems":[],"score":0.9937492498242716},"II":{"problems":[],"score":0.9943448749003883},"III":{"problems":[],"score":0.994164237103014},"V1":{"problems":[],"score":0.9958274117093332},"V2":{"problems":[],"score":0.9952771653369465},"V3":{"problems":[],"score":0.9945880096889961},"V4":{"problems":[],"score":0.994723643197772},"V5":{"problems":[],"score":0.9949267406900079},"V6":{"problems":[],"score":0.9955235288063636},"aVF":{"problems":[],"score":0.9957771803283105},"aVL":{"problems":[],"score":0.99533012788071},"aVR":{"problems":[],"score":0.9954576266915726}},"verdict":"good"},"rhythm":"N"}');
CREATE TABLE tokens (
    digest BLOB NOT NULL PRIMARY KEY,
    user TEXT NOT NULL,
    purpose TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "tokens" VALUES(X'6DE4469A1F26BAF27CCEEE313CCBF996E04299767720D02426DD4C133D684CF3','(setup)','setup',1795246549174311,1795250149174311);
CREATE TABLE users (
    name TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    password_hash TEXT,
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_user ON tokens (user);
CREATE INDEX recordings_by_time ON recordings (opened_at);
CREATE INDEX recordings_by_device ON recordings (device, opened_at);
CREATE INDEX recordings_by_day ON recordings (day, has_waveform);
CREATE INDEX recordings_open ON recordings (day) WHERE status = 'open';
CREATE INDEX alerts_in_queue ON alerts (priority DESC, raised_at, id)
    WHERE state NOT IN ('reported', 'dismissed');
CREATE INDEX alert_events_by_alert ON alert_events (alert);
CREATE INDEX alert_events_by_recording ON alert_events (recording);
CREATE TRIGGER alert_events_keep BEFORE UPDATE ON alert_events
    BEGIN SELECT RAISE(ABORT, 'alert events are never changed'); END;
CREATE TRIGGER alert_events_stay BEFORE DELETE ON alert_events
    BEGIN SELECT RAISE(ABORT, 'alert events are never removed'); END;
CREATE INDEX audit_by_actor ON audit (actor);
CREATE INDEX audit_by_subject ON audit (subject);
CREATE TRIGGER audit_keep BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_stay BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('audit',1);
INSERT INTO "sqlite_sequence" VALUES('alerts',1);
INSERT INTO "sqlite_sequence" VALUES('alert_events',1);
COMMIT;
PRAGMA user_version = 1;
