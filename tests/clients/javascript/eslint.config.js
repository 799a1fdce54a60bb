// The schema is held against graphql-eslint's recommended rules and its rules for Relay: `npm run lint`.
import graphql from '@graphql-eslint/eslint-plugin';
import { exceptions } from './schema-exceptions.js';

const fanfare = { processors: { exceptions } };

export default [
  { ignores: ['build', 'node_modules', 'src'] },
  {
    files: ['**/*.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: '../../../schema.graphql' } },
    },
    plugins: { '@graphql-eslint': graphql, fanfare },
    processor: 'fanfare/exceptions',
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      // Results of mutations, pages and their items are no objects of a cache: Relay's own shapes have no id.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        {
          acceptedIdNames: ['id'],
          acceptedIdTypes: ['ID'],
          exceptions: { suffixes: ['Payload', 'Connection', 'Edge'], types: ['PageInfo'] },
        },
      ],
      // Lists that cannot grow (userErrors, scopes, the targets of a post) are plain lists, and a connection has its
      // `nodes` next to its `edges`, as GitHub's have. What can grow is a connection.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
      ],
    },
  },
];
