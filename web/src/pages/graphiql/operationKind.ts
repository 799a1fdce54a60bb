import { Kind, OperationTypeNode, type DocumentNode } from 'graphql';

/**
 * Whether the operation that will run is a subscription. `operationName` chooses among several operations;
 * without one the document's only operation runs, whatever its name.
 */
export function isSubscription(document: DocumentNode | undefined, operationName?: string | null): boolean {
  const operations = (document?.definitions ?? []).filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const chosen = operationName
    ? operations.find((node) => node.name?.value === operationName)
    : operations[0];
  return chosen?.operation === OperationTypeNode.SUBSCRIPTION;
}
