// Documents against ../schema.graphql for each rule of graphql-js: what the rule lets pass, and what it refuses. What
// clashes in two places stands on one line: either of the two may be named.

/** @typedef {{ valid: string[], invalid: string[] }} Documents */

/** @type {Record<string, Documents>} */
export const byRule = {
  ExecutableDefinitionsRule: {
    valid: ['{ networks { name } }', 'query A { networks { ...F } }\nfragment F on Network { name }'],
    invalid: [
      '{ networks { name } }\ntype Dog { name: String }',
      '{ networks { name } }\nextend type Network { size: Int }',
      '{ networks { name } }\n\nscalar Size',
    ],
  },
  UniqueOperationNamesRule: {
    valid: [
      'query A { networks { name } }\nquery B { networks { mode } }',
      'query A { networks { name } }\nfragment A on Post { id }\nquery B { post(id: "x") { ...A } }',
    ],
    invalid: [
      'query A { networks { name } } query A { networks { mode } }',
      'query A { networks { name } } mutation A { revokeOtherSessions { revoked } }',
      '\nquery A { networks { name } } query B { networks { name } } query A { networks { name } }',
    ],
  },
  LoneAnonymousOperationRule: {
    valid: ['{ networks { name } }', 'query { networks { name } }'],
    invalid: [
      '{ networks { name } } query B { networks { name } }',
      '{ networks { name } } { networks { name } }',
      'query B { networks { name } }\nquery { networks { name } }',
    ],
  },
  SingleFieldSubscriptionsRule: {
    valid: [
      'subscription { activity { kind } }',
      'subscription { ...F }\nfragment F on Subscription { activity { kind } }',
      'subscription { activity { kind } activity { cursor } }',
    ],
    invalid: [
      'subscription { activity { kind } postStatus { at } }',
      'subscription { a: activity { kind } b: activity { kind } }',
      'subscription { activity { kind } ...F } fragment F on Subscription { postStatus { at } }',
      'subscription { __typename }',
    ],
  },
  KnownTypeNamesRule: {
    valid: [
      'query ($id: ID!) { node(id: $id) { ... on Post { content } } }',
      '{ ... on Query { networks { name } } }',
    ],
    invalid: [
      '{\n  node(id: "x") {\n    ... on Pst { content }\n  }\n}',
      'query ($id: Id!) { node(id: $id) { id } }',
      '{ networks { ...F } }\nfragment F on Netwrk { name }',
    ],
  },
  FragmentsOnCompositeTypesRule: {
    valid: ['{ node(id: "x") { ... on Node { id } } }', '{ networks { ... { name } } }'],
    invalid: [
      '{\n  networks {\n    ... on String { name }\n  }\n}',
      '{ networks { ...F } }\nfragment F on Platform { name }',
      '{ posts {\n  ... on PostFilter { text }\n} }',
    ],
  },
  VariablesAreInputTypesRule: {
    valid: [
      'query ($filter: PostFilter) { posts(filter: $filter) { totalCount } }',
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    ],
    invalid: [
      'query ($id: Post) { post(id: $id) { id } }',
      'query ($ids: [Node!]!) { nodes(ids: $ids) { id } }',
      'query ($id: Viewer!) { node(id: $id) { id } }',
    ],
  },
  ScalarLeafsRule: {
    valid: ['{ networks { name platform } inboxUnreadCount }', '{ viewer { user { __typename } } }'],
    invalid: [
      '{\n  networks\n}',
      '{\n  networks {\n    name { first }\n  }\n}',
      '{\n  viewer {\n    user\n  }\n}',
      '{ inboxUnreadCount { total } }',
      '{ networks {\n  platform { name }\n} }',
    ],
  },
  FieldsOnCorrectTypeRule: {
    valid: [
      '{ __typename viewer { __typename user { id } } }',
      '{ node(id: "x") { id ... on Post { content } } }',
    ],
    invalid: [
      '{\n  nothing\n}',
      '{ viewer {\n  user {\n    id\n    password\n  }\n} }',
      '{ node(id: "x") {\n  id\n  content\n} }',
      'mutation {\n  networks { name }\n}',
      '{ networks { ...F } }\nfragment F on Network {\n  name\n  size\n}',
      '{ viewer {\n  __schema { queryType { name } }\n} }',
    ],
  },
  UniqueFragmentNamesRule: {
    valid: ['{ networks { ...F ...G } }\nfragment F on Network { name }\nfragment G on Network { mode }'],
    invalid: [
      '{ networks { ...F } } fragment F on Network { name } fragment F on Network { mode }',
      '\n{ networks { ...F } } fragment F on Network { name } fragment F on Network { name }',
      '{ posts { ...F } } fragment F on PostConnection { totalCount } fragment F on PostConnection { totalCount }',
    ],
  },
  KnownFragmentNamesRule: {
    valid: [
      '{ networks { ...F } }\nfragment F on Network { name }',
      '{ ...Q }\nfragment Q on Query { __typename }',
    ],
    invalid: [
      '{\n  networks {\n    ...Missing\n  }\n}',
      '{ networks { ...F } }\nfragment F on Network {\n  name\n  ...Missing\n}',
      '{ __typename\n  ...f }\n',
    ],
  },
  NoUnusedFragmentsRule: {
    valid: ['{ networks { ...F } }\nfragment F on Network { ...G }\nfragment G on Network { name }'],
    invalid: [
      '{ networks { name } }\nfragment F on Network { name }',
      '{ networks { ...F } }\nfragment F on Network { name }\nfragment G on Network { name }',
      'fragment F on Post { id }\n{ networks { name } }',
    ],
  },
  PossibleFragmentSpreadsRule: {
    valid: [
      '{ node(id: "x") { ... on Post { id } ... on User { id } } }',
      '{ post(id: "x") { ... on Node { id } ... on Post { id } } }',
    ],
    invalid: [
      '{ networks {\n  ... on Post { id }\n} }',
      '{ node(id: "x") {\n  ... on PageInfo { hasNextPage }\n} }',
      '{ networks {\n  ...F\n} }\nfragment F on Post { id }',
      '{ settings {\n  autoReply {\n    ... on Node { id }\n  }\n} }',
    ],
  },
  NoFragmentCyclesRule: {
    valid: ['{ networks { ...F ...G } }\nfragment F on Network { ...G }\nfragment G on Network { name }'],
    invalid: [
      '{ networks { ...F } } fragment F on Network { ...F }',
      '{ networks { ...F } } fragment F on Network { ...G } fragment G on Network { ...F }',
      '{ viewer { ...F } } fragment F on Viewer { workspace { ... on Workspace { ...G } } } ' +
        'fragment G on Workspace { members { nodes { user { id } } } ...H } fragment H on Workspace { ...G }',
    ],
  },
  UniqueVariableNamesRule: {
    valid: ['query ($id: ID!, $ids: [ID!]!) { node(id: $id) { id } nodes(ids: $ids) { id } }'],
    invalid: [
      'query ($id: ID!, $id: ID!) { node(id: $id) { id } }',
      'query ($id: ID!, $id: String!) { node(id: $id) { id } }',
      'query ($yes: Boolean!, $count: Int, $yes: Boolean!) { posts(first: $count) { totalCount @skip(if: $yes) } }',
    ],
  },
  NoUndefinedVariablesRule: {
    valid: [
      'query ($yes: Boolean!) { networks { ...F } }\nfragment F on Network { name @include(if: $yes) }',
    ],
    invalid: [
      '{\n  node(id: $id) { id }\n}',
      'query A { networks { ...F } } fragment F on Network { name @include(if: $yes) }',
      'query ($id: ID!) { node(id: $id) { id }\n  posts(filter: { text: $text }) { totalCount } }',
    ],
  },
  NoUnusedVariablesRule: {
    valid: ['query ($text: String) { posts(filter: { text: $text }) { totalCount } }'],
    invalid: [
      'query ($id: ID) {\n  networks { name }\n}',
      'query (\n  $id: ID!\n  $other: ID!\n) { node(id: $id) { id } }',
      'query ($yes: Boolean) {\n  networks { ...F }\n}\nfragment F on Network { name }',
    ],
  },
  KnownDirectivesRule: {
    valid: [
      '{ networks { name @skip(if: false) ... @include(if: true) { mode } } }',
      '{ networks { ...F @skip(if: true) } }\nfragment F on Network { name }',
    ],
    invalid: [
      '{ networks {\n  name @nothing\n} }',
      '{ networks @cost(weight: 1) { name } }',
      'query @skip(if: true) { networks { name } }',
      '{ networks {\n  name @deprecated\n} }',
      'query ($id: ID! @include(if: true)) { node(id: $id) { id } }',
    ],
  },
  UniqueDirectivesPerLocationRule: {
    valid: ['{ networks { name @skip(if: false) @include(if: true) mode @skip(if: false) } }'],
    invalid: [
      '{ networks {\n  name @skip(if: false) @skip(if: false)\n} }',
      '{ networks {\n  ... @include(if: true) @include(if: true) { name }\n} }',
      '{ networks {\n  ...F @skip(if: false) @include(if: true) @skip(if: true)\n} }\nfragment F on Network { name }',
    ],
  },
  KnownArgumentNamesRule: {
    valid: ['{ posts(first: 1, orderBy: OLDEST_FIRST) { totalCount } }'],
    invalid: [
      '{\n  post(id: "x", identity: "x") { id }\n}',
      '{\n  networks(first: 1) { name }\n}',
      '{ networks {\n  name @skip(if: false, unless: true)\n} }',
      '{ viewer {\n  user { id(as: "text") }\n} }',
    ],
  },
  UniqueArgumentNamesRule: {
    valid: ['{ post(id: "x") { id } node(id: "x") { id } }'],
    invalid: [
      '{ post(id: "x", id: "y") { id } }',
      '{ networks {\n  name @skip(if: true, if: true)\n} }',
      '{ posts(first: 1, last: 1, first: 2) { totalCount } }',
    ],
  },
  ValuesOfCorrectTypeRule: {
    valid: [
      '{ posts(first: 1, filter: { statuses: DRAFT, text: null }) { totalCount } }',
      '{ posts(first: null, filter: { statuses: [DRAFT, FAILED] }) { totalCount } }',
      '{ post(id: 7) { id } }',
      'query ($count: Int = 2) { posts(first: $count) { totalCount } }',
    ],
    invalid: [
      '{\n  posts(first: "1") { totalCount }\n}',
      '{\n  posts(first: 1.5) { totalCount }\n}',
      '{\n  posts(first: 2147483648) { totalCount }\n}',
      '{\n  posts(orderBy: "OLDEST_FIRST") { totalCount }\n}',
      '{\n  posts(orderBy: SIDEWAYS) { totalCount }\n}',
      '{\n  posts(filter: { nothing: 1 }) { totalCount }\n}',
      '{\n  posts(filter: { statuses: [DRAFT, GONE] }) { totalCount }\n}',
      '{\n  posts(filter: 7) { totalCount }\n}',
      '{\n  posts(filter: { text: 7 }) { totalCount }\n}',
      '{\n  post(id: 1.5) { id }\n}',
      '{\n  post(id: null) { id }\n}',
      '{\n  nodes(ids: ["x", null]) { id }\n}',
      '{\n  validatePost(input: { title: "x" }) { ok }\n}',
      '{\n  validatePost(input: { content: "x", publishNow: "yes" }) { ok }\n}',
      '{ networks {\n  name @skip(if: "yes")\n} }',
      'query ($count: Int = "x") { posts(first: $count) { totalCount } }',
      'query ($count: Int! = null) { posts(first: $count) { totalCount } }',
    ],
  },
  ProvidedRequiredArgumentsRule: {
    valid: ['{ viewer { workspace { activity { kind } } } posts { totalCount } }'],
    invalid: [
      '{\n  post { id }\n}',
      '{ networks {\n  name @skip\n} }',
      '{\n  previewTemplate(templateId: "x") { content }\n}',
      'mutation {\n  createPost { cursor }\n}',
    ],
  },
  VariablesInAllowedPositionRule: {
    valid: [
      'query ($yes: Boolean = true) { networks { name @skip(if: $yes) } }',
      'query ($count: Int!) { posts(first: $count) { totalCount } }',
      'query ($id: ID!) { nodes(ids: [$id]) { id } }',
    ],
    invalid: [
      'query ($id: ID) { post(id: $id) { id } }',
      'query ($count: String) { posts(first: $count) { totalCount } }',
      'query ($ids: [ID]!) { nodes(ids: $ids) { id } }',
      'query ($yes: Boolean) { networks { name @skip(if: $yes) } }',
      'query ($id: String!) { node(id: $id) { id } }',
      'query ($text: Int) { posts(filter: { text: $text }) { totalCount } }',
      'query ($yes: Int!) { networks { ...F } } fragment F on Network { name @include(if: $yes) }',
    ],
  },
  OverlappingFieldsCanBeMergedRule: {
    valid: [
      '{ viewer { user { id } } viewer { user { name } } }',
      '{ node(id: "x") { ... on Post { text: content } ... on User { text: name } } }',
      '{ a: post(id: "x") { id } b: post(id: "y") { id } a: post(id: "x") { content } }',
    ],
    invalid: [
      '{ a: post(id: "x") { id } a: post(id: "y") { id } }',
      '{ networks { name: mode name } }',
      '{ post(id: "x") { id } post(id: "y") { id } }',
      '{ node(id: "x") { ... on Post { it: createdAt } ... on User { it: name } } }',
      '{ node(id: "x") { ... on Post { it: title } ... on User { it: name } } }',
      '{ node(id: "x") { ... on Post { it: hashtags } ... on User { it: name } } }',
      '{ viewer { user { it: id } } viewer { user { it: name } } }',
      '{ posts { ...F } } fragment F on PostConnection { nodes { it: id } ...G } ' +
        'fragment G on PostConnection { nodes { it: content } }',
      '{ posts { totalCount } posts(first: 1) { totalCount } }',
    ],
  },
  UniqueInputFieldNamesRule: {
    valid: ['{ posts(filter: { text: "a", platform: TWITTER }) { totalCount } }'],
    invalid: [
      '{ posts(filter: { text: "a", text: "b" }) { totalCount } }',
      '{ validatePost(input: { content: "x", content: "y" }) { ok } }',
      'query ($filter: PostFilter = { text: "a", text: "b" }) { posts(filter: $filter) { totalCount } }',
    ],
  },
  MaxIntrospectionDepthRule: {
    valid: ['{ __schema { types { name fields { name type { name ofType { name ofType { name } } } } } } }'],
    invalid: [
      '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
      '{ __type(name: "Post") { fields { type { fields { type { fields { name } } } } } } }',
      '{ __schema { types { ...F } } } ' +
        'fragment F on __Type { interfaces { possibleTypes { fields { type { interfaces { name } } } } } }',
    ],
  },
};

/** @type {Documents} */
export const ofSyntax = {
  valid: [
    String.raw`{ post(id: "\uD83D\uDE00") { id } }`,
    String.raw`{ post(id: "\u{1F600}") { id } }`,
    String.raw`{ post(id: """a "quoted" \""" text""") { id } }`,
    '\uFEFF{ networks { name } }',
    '{,networks,{,name,},}',
    '# a remark\n{ networks # another\n{ name } }',
    '{ query: networks { on: name fragment: mode true: platform } }',
    'query fragment { networks { name } }',
  ],
  invalid: [
    '# nothing',
    '{',
    '{\n  networks {\n  }\n}',
    'query',
    '{\n  networks { name }\n}\n}',
    '{ a: }',
    '{ posts(first: 01) { totalCount } }',
    '{ posts(first: 1.) { totalCount } }',
    '{ posts(first: 1a) { totalCount } }',
    '{ posts(first: ) { totalCount } }',
    '{ posts() { totalCount } }',
    'query () { networks { name } }',
    'query ($id: ) { networks { name } }',
    'query ($id: ID = $other) { post(id: $id) { id } }',
    '{ post(id: "x) { id } }',
    '{\n  post(id: "x\n") { id }\n}',
    String.raw`{ post(id: "\q") { id } }`,
    String.raw`{ post(id: "\uD83D") { id } }`,
    String.raw`{ post(id: "\u{110000}") { id } }`,
    '{ networks @ { name } }',
    'fragment on on Post { id }',
    '{ networks { ...F } }\nfragment F { name }',
    '{ networks { ... on { name } } }',
    'unknown { networks { name } }',
    '{ networks { name } } ?',
    "{ post(id: 'x') { id } }",
  ],
};
