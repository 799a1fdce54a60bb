// What the schema does against the rules, each with its reason. An exception that nothing needs any more is an error, so
// that the list stays true.

const VALUE = 'A value of the object around it: a cache keeps it there, under no id of its own.';
const COMPUTED =
  'Computed from other data when it is read, and stored nowhere: nothing has an id to keep it by.';
const ONCE = 'The result of one call, which nothing can ask for again.';
const EVENT =
  'An event of a subscription: it is told apart by its cursor, and the object it is about has the id.';

const types = {
  [VALUE]: [
    'AccountHealth',
    'AccountMetrics',
    'AccountMetricsDay',
    'AuditChange',
    'AutoReply',
    'CampaignMetrics',
    'ContentImprovement',
    'ContentScore',
    'InboxSender',
    'PlatformMetrics',
    'PostMetrics',
    'PostMetricsPoint',
    'PostVariant',
    'PublicationEventMetrics',
    'PublishStepEvidence',
    'TargetError',
    'UserError',
    'Violation',
    'WorkspaceUsage',
  ],
  [COMPUTED]: [
    'AccountAnalytics',
    'AccountGrowth',
    'Analytics',
    'AnalyticsDay',
    'AnalyticsGrowth',
    'AnalyticsPeriod',
    'AnalyticsShare',
    'AnalyticsTotals',
    'Calendar',
    'CalendarDay',
    'CalendarPeriod',
    'InvitationPreview',
    'OptimalTimeSlot',
    'OptimalTimes',
    'PlatformAnalytics',
    'PostValidation',
    'TargetValidation',
    'TemplatePreview',
  ],
  [ONCE]: [
    'ChangedPost',
    'CreatedPost',
    'DeletedPost',
    'GeneratedContent',
    'HashtagSuggestion',
    'OptimizedContent',
    'RefusedPost',
    'Session',
  ],
  [EVENT]: ['ActivityEvent', 'InboxMessageEvent', 'PostStatusEvent'],
};

/** Rule, what it is about, and why it is as it is. */
const EXCEPTIONS = [
  ...Object.entries(types).flatMap(([why, names]) =>
    names.map((name) => ({ rule: 'strict-id-in-types', name, why })),
  ),
  {
    rule: 'no-typename-prefix',
    name: 'Account.accountType',
    why: '`type` alone is a reserved word in languages that clients are written in.',
  },
  {
    rule: 'no-typename-prefix',
    name: 'DeletedPost.deletedPostId',
    why: 'Ids of what is gone are called the same in every payload.',
  },
  {
    rule: 'no-typename-prefix',
    name: 'OptimizedContent.optimizedContent',
    why: 'A later renaming mends it: the field becomes `content`.',
  },
];

/** What a line of the schema declares: a type's name, or `Type.field`. */
function declared(lines, line) {
  const text = lines[line - 1] ?? '';
  const whole = /^(?:type|input|interface|union|enum|scalar|directive) @?(\w+)/;
  const type = whole.exec(text)?.[1];
  if (type) return type;
  const field = /^\s+(\w+)/.exec(text)?.[1];
  const above = lines.slice(0, line).findLast((other) => whole.test(other));
  return `${whole.exec(above ?? '')?.[1]}.${field}`;
}

let lines = [];

/** Leaves out of a file's findings those that are excepted, and reports exceptions without a finding. */
export const exceptions = {
  meta: { name: 'fanfare/exceptions', version: '1' },
  preprocess(text) {
    lines = text.split('\n');
    return [text];
  },
  postprocess([findings]) {
    const unused = new Set(EXCEPTIONS);
    const left = findings.filter(({ ruleId, line }) => {
      const name = declared(lines, line);
      const found = EXCEPTIONS.find((it) => ruleId === `@graphql-eslint/${it.rule}` && it.name === name);
      if (found) unused.delete(found);
      return !found;
    });
    const stale = [...unused].map(({ rule, name }) => ({
      ruleId: 'fanfare/exceptions',
      severity: 2,
      line: 1,
      column: 1,
      message: `Nothing in ${name} is against ${rule} any more: remove its exception.`,
    }));
    return [...left, ...stale];
  },
};
