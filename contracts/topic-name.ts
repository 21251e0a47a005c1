/** What may stand for a tenant or a box in a topic: no wildcard, no slash, nothing that needs escaping. */
export const TOPIC_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
