// Run by `npm run e2e` against a running server (BASE_URL): it takes and refuses the documents that graphql-js, the
// reference implementation, takes and refuses.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { GraphQLError, Kind, OperationTypeNode, buildSchema, parse, specifiedRules, validate } from 'graphql';
import { byRule, ofSyntax } from './documents.mjs';

const origin = new URL(process.env.BASE_URL ?? 'http://127.0.0.1:8000').origin;
const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

// Values of the variables that the documents declare; nobody is signed in, so nothing is found or changed by them.
/** @type {Record<string, unknown>} */
const values = { id: 'x', ids: ['x'], yes: true, count: 1, filter: {}, text: 'x', other: 'x' };

/** @typedef {{ line: number, column: number }} Location */
/** @typedef {{ message: string, locations?: Location[], extensions: { code: string } }} Failure */
/** @typedef {{ code: string, lines: number[] }} Verdict  `code` is `VALID` or the code of the refusal. */

/**
 * What graphql-js says. `lines` are those that its first error names.
 *
 * @param {string} document
 * @returns {Verdict}
 */
function expected(document) {
  try {
    const [first] = validate(schema, parse(document));
    if (first === undefined) return { code: 'VALID', lines: [] };
    return { code: 'GRAPHQL_VALIDATION_FAILED', lines: linesOf(first.locations) };
  } catch (error) {
    assert.ok(error instanceof GraphQLError);
    return { code: 'GRAPHQL_PARSE_FAILED', lines: linesOf(error.locations) };
  }
}

/** @param {readonly Location[] | undefined} locations */
function linesOf(locations) {
  return (locations ?? []).map(({ line }) => line);
}

/**
 * What the server says. A valid document fails later, because nobody is signed in.
 *
 * @param {string} document
 * @returns {Promise<Verdict>}
 */
async function given(document) {
  const { operationName, variables, subscription } = operationOf(document);
  const accept = subscription ? 'text/event-stream' : 'application/graphql-response+json';
  const response = await fetch(`${origin}/graphql${subscription ? '/stream' : ''}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query: document, operationName, variables }),
    signal: AbortSignal.timeout(20_000),
  });
  const [first] = errorsOf(await response.text());
  const code = first?.extensions.code;
  if (code !== 'GRAPHQL_VALIDATION_FAILED' && code !== 'GRAPHQL_PARSE_FAILED')
    return { code: 'VALID', lines: [] };
  return { code, lines: linesOf(first?.locations) };
}

/**
 * The operation that is asked for: the first, which has to be named where there are several.
 *
 * @param {string} document
 * @returns {{ operationName?: string, variables: Record<string, unknown>, subscription: boolean }}
 */
function operationOf(document) {
  try {
    const { definitions } = parse(document);
    const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const [first] = operations;
    if (first === undefined) return { variables: {}, subscription: false };
    const names = (first.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
    const variables = Object.fromEntries(names.map((name) => [name, values[name]]));
    const subscription = first.operation === OperationTypeNode.SUBSCRIPTION;
    const name = operations.length > 1 ? first.name?.value : undefined;
    return { ...(name !== undefined && { operationName: name }), variables, subscription };
  } catch {
    return { variables: {}, subscription: false };
  }
}

/**
 * @param {string} text an answer, or the events of a stream
 * @returns {Failure[]}
 */
function errorsOf(text) {
  const line = text.split('\n').find((part) => /^data: *\{/.test(part));
  /** @type {unknown} */
  const body = JSON.parse(line === undefined ? text : line.replace(/^data: */, ''));
  return /** @type {{ errors?: Failure[] }} */ (body).errors ?? [];
}

/**
 * The documents of which the server says something else than graphql-js.
 *
 * @param {string[]} documents
 * @returns {Promise<string[]>}
 */
async function differences(documents) {
  const found = [];
  for (const document of documents) {
    const [theirs, ours] = [expected(document), await given(document)];
    const [line] = ours.lines;
    const sameLine = theirs.lines.length === 0 || (line !== undefined && theirs.lines.includes(line));
    if (theirs.code !== ours.code || !sameLine) {
      found.push(`${document}\n  graphql-js: ${JSON.stringify(theirs)}, the server: ${JSON.stringify(ours)}`);
    }
  }
  return found;
}

test('each rule of graphql-js has documents that it passes and at least two that it refuses', () => {
  assert.deepEqual(Object.keys(byRule).sort(), specifiedRules.map(({ name }) => name).sort());
  for (const rule of specifiedRules) {
    const { valid, invalid } = byRule[rule.name] ?? { valid: [], invalid: [] };
    assert.ok(valid.length > 0 && invalid.length > 1 && valid.length + invalid.length > 2, rule.name);
    for (const document of valid) assert.equal(expected(document).code, 'VALID', document);
    for (const document of invalid) {
      assert.notDeepEqual(validate(schema, parse(document), [rule]), [], `${rule.name}: ${document}`);
    }
  }
  for (const document of ofSyntax.valid) assert.equal(expected(document).code, 'VALID', document);
  for (const document of ofSyntax.invalid) {
    assert.equal(expected(document).code, 'GRAPHQL_PARSE_FAILED', document);
  }
});

for (const [rule, { valid, invalid }] of Object.entries(byRule)) {
  test(`documents are taken and refused as by ${rule}`, { timeout: 60_000 }, async () => {
    assert.deepEqual(await differences([...valid, ...invalid]), []);
  });
}

test('documents are read as by the parser of graphql-js', { timeout: 60_000 }, async () => {
  assert.deepEqual(await differences([...ofSyntax.valid, ...ofSyntax.invalid]), []);
});
