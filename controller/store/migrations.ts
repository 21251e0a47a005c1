/** The schema of headquarters' database, step by step. A step is never edited once released. */
import type { Migration } from '@branchline/runtime/sqlite';

export const migrations: readonly Migration[] = [
  {
    name: 'boxes, streams of the ledger, events, calls, alarms',
    sql: `
      create table box (
        id integer primary key,
        name text not null unique,
        certificate text,
        enrolled_at integer,
        online integer not null default 0,
        since integer,
        version text,
        reported text,
        reported_at integer,
        health text
      ) strict;

      -- One life of one box's ledger. 'beyond' holds the stretches kept above 'contiguous', as JSON [[from,to],...].
      create table stream (
        id integer primary key,
        box integer not null references box,
        epoch text not null,
        contiguous integer not null,
        newest integer not null,
        beyond text not null,
        unique (box, epoch)
      ) strict;

      create table event_type (id integer primary key, name text not null unique) strict;

      -- 'owner' is the call's id, or minus the stream's id for an event of no call: so the events of one call lie together,
      -- and what comes in now lies together at the end.
      create table event (
        owner integer not null,
        seq integer not null,
        at integer not null,
        type integer not null references event_type,
        body text not null,
        extra text,
        primary key (owner, seq)
      ) strict, without rowid;

      -- 'id' is the start in ms times 1024 plus a number: the order of the ids is the order of the history.
      create table call (
        id integer primary key,
        box integer not null,
        stream integer not null,
        name text not null,
        last_seq integer not null,
        direction text,
        from_party text,
        dialled text,
        trunk text,
        queue text,
        answered_by text,
        started_at integer,
        answered_at integer,
        ended_at integer,
        wait_ms real,
        talk_ms real,
        outcome text,
        recording text,
        not_recorded text,
        flags integer,
        transfers integer
      ) strict;
      create index call_by_name on call (name);
      create index call_of_box on call (box);
      create index call_live on call (stream) where outcome = 'live';

      create table alarm (
        stream integer not null,
        alarm text not null,
        code text not null,
        subject text not null,
        severity text,
        detail text,
        since integer,
        raised_seq integer not null default 0,
        cleared_seq integer not null default 0,
        primary key (stream, alarm)
      ) strict, without rowid;`,
  },
  {
    name: 'versions of documents, audit log',
    sql: `
      create table document_version (
        box integer not null references box,
        version integer not null,
        revision text not null,
        source text not null,
        author text not null,
        reason text not null,
        at integer not null,
        origin text not null,
        came_from integer,
        changes integer not null,
        confirm_within_s integer not null,
        primary key (box, version)
      ) strict, without rowid;

      create table audit (
        id integer primary key autoincrement,
        at integer not null,
        who text not null,
        address text not null,
        action text not null,
        box text,
        detail text not null
      ) strict;
      create index audit_of_box on audit (box, id);`,
  },
  {
    name: 'of alarms what they follow from, what keeps them quiet, who looks after them',
    sql: `
      alter table alarm add column cause text;
      alter table alarm add column quiet text;
      alter table alarm add column placed_seq integer not null default 0;
      alter table alarm add column ack_who text;
      alter table alarm add column ack_note text;
      alter table alarm add column ack_at integer;
      alter table alarm add column ack_seq integer not null default 0;`,
  },
  {
    name: 'comparisons with the ledgers of the boxes',
    sql: `
      create table block_digest (
        stream integer not null,
        block integer not null,
        sha256 text not null,
        primary key (stream, block)
      ) strict, without rowid;

      create table ledger_proof (
        stream integer primary key references stream,
        upto integer not null,
        sha256 text,
        at integer,
        differs_from integer,
        differs_to integer,
        differs_because text,
        differs_at integer
      ) strict;`,
  },
  {
    name: 'certificates, claims, expected boxes, quarantine',
    sql: `
      -- The certificate before the present one, let in until the present one has been used.
      alter table box add column certificate_before text;
      alter table box add column revoked_at integer;
      alter table box add column quarantined_at integer;

      -- 'key' is the SHA-256 of the public key.
      create table certificate (
        id integer primary key,
        box integer not null references box,
        fingerprint text not null,
        key text not null,
        how text not null,
        by text not null,
        issued_at integer not null,
        ends_at integer not null,
        hardware text
      ) strict;
      create index certificate_of_box on certificate (box, id);

      -- What a claimed box is told until it has come, sealed with its code.
      create table claimed (
        key text primary key,
        proof text not null,
        sealed text not null,
        at integer not null
      ) strict, without rowid;

      create table expected (
        serial text primary key,
        code text not null,
        box text not null,
        source text,
        replace integer not null,
        by text not null,
        address text not null,
        at integer not null
      ) strict, without rowid;`,
  },
  {
    name: 'rollouts',
    sql: `
      -- 'plan' and what a box is at are JSON; a box has a row of its own, as one changes at a time.
      create table rollout (
        id integer primary key autoincrement,
        name text not null,
        author text not null,
        reason text not null,
        address text not null,
        at integer not null,
        plan text not null,
        status text not null,
        wave integer not null,
        stop text
      ) strict;

      create table rollout_box (
        rollout integer not null references rollout,
        box text not null,
        state text not null,
        primary key (rollout, box)
      ) strict, without rowid;`,
  },
  {
    name: 'commands to the boxes',
    sql: `
      create table command (
        id text primary key,
        box integer not null references box,
        kind text not null,
        args text not null,
        who text not null,
        at integer not null,
        expires_at integer not null,
        state text not null,
        percent integer,
        because text,
        calls integer,
        answer text,
        ended_at integer,
        file_bytes integer,
        file_have integer
      ) strict;
      create index command_of_box on command (box, at);
      create index command_open on command (at) where state in ('waiting', 'running');`,
  },
  {
    name: 'templates',
    sql: `
      create table template (
        name text primary key,
        in_force integer not null
      ) strict, without rowid;

      create table template_version (
        name text not null references template,
        version integer not null,
        parent text,
        source text not null,
        author text not null,
        reason text not null,
        at integer not null,
        changes integer not null,
        primary key (name, version)
      ) strict, without rowid;

      -- JSON: the template the branch stands beneath, the versions it goes by, what it says itself. Null of one that stands beneath none.
      alter table document_version add column composition text;`,
  },
  {
    name: 'the numbers of certificates',
    sql: `
      -- At the authority, hex; null of those given before they were kept.
      alter table certificate add column number text;`,
  },
  {
    name: 'templates that were taken away',
    // Their versions stay: documents of old are made of them.
    sql: 'alter table template add column removed_at integer;',
  },
  {
    name: 'leadership',
    sql: `
      -- One row at most: which of several controllers leads, in which term, since when, and until when nobody else may.
      create table leadership (
        id integer primary key check (id = 1),
        holder text not null,
        term integer not null,
        since integer not null,
        until integer not null
      ) strict;`,
  },
  {
    name: 'leases: who answers for a branch',
    sql: `
      create table lease (
        box integer primary key references box,
        stand_in text not null unique,
        -- JSON: the lease, who is wanted, the move that is under way.
        kept text not null
      ) strict;`,
  },
  {
    name: 'continuity: what was decided and what happened; drills',
    sql: `
      create table continuity (
        box integer primary key references box,
        -- JSON: the state, an order by a person, what the box had when it was last well.
        kept text not null
      ) strict;

      create table continuity_step (
        id integer primary key,
        box integer not null references box,
        at integer not null,
        step text not null
      ) strict;
      create index continuity_step_of_box on continuity_step (box, at);

      -- The passwords of a branch, readable by the host of its stand-in alone; base64.
      create table sealed_secrets (
        box integer primary key references box,
        host text not null,
        sealed_to text not null,
        sealed text not null
      ) strict;

      create table drill (
        id integer primary key,
        box integer not null references box,
        -- JSON: who ordered it and when; how far it is, with every call that measured it.
        head text not null,
        drill text not null,
        open integer not null
      ) strict;
      create index drill_of_box on drill (box);
      create index drill_open on drill (id) where open = 1;`,
  },
  {
    name: 'continuity: numbers of a dead line, brought by the cloud',
    sql: `
      create table rerouted (
        box integer primary key references box,
        -- JSON: E.164, those that come by the cloud or may do so.
        numbers text not null
      ) strict;`,
  },
  {
    name: 'people and sessions of several controllers',
    sql: `
      -- Where the database is had by one controller alone, people and sessions are in a file beside it.
      create table person (
        name text primary key,
        role text not null,
        -- JSON: names of branches, of a technician.
        branches text not null,
        hash text not null,
        made_at integer not null,
        seen_at integer
      ) strict, without rowid;

      create table person_session (
        -- SHA-256 of what the cookie holds, hex.
        hash text primary key,
        person text not null,
        made_at integer not null,
        seen_at integer not null
      ) strict, without rowid;

      -- One row: grows with each change that takes something from somebody, so that others read it all anew.
      create table access_state (id integer primary key check (id = 1), version integer not null) strict;
      insert into access_state (id, version) values (1, 0);`,
  },
  {
    name: 'controllers of one fleet',
    sql: `
      -- Each says every few seconds that it is there, by the database's clock.
      create table controller (
        name text primary key,
        version text not null,
        started integer not null,
        seen integer not null
      ) strict, without rowid;`,
  },
];
