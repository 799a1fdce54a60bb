import type { CodegenConfig } from '@graphql-codegen/cli';

// Each scalar of the schema has its type here: strictScalars refuses one that has none.
const scalars = {
  BigInt: 'string',
  Date: 'string',
  DateTime: 'string',
  Decimal: 'string',
  EmailAddress: 'string',
  JSON: 'unknown',
  TimeZone: 'string',
  URL: 'string',
  Upload: 'Blob',
};

const config: CodegenConfig = {
  schema: '../../../schema.graphql',
  documents: ['src/graphql/*.ts'],
  generates: {
    'src/graphql/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'unmask' } },
      config: { strictScalars: true, useTypeImports: true, enumsAsTypes: true, scalars },
    },
  },
};

export default config;
