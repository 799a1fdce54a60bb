import { UnStyledButton, useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';
import { apiPages } from './apiPages';
import type { Example } from './examples';

/** Lists the operations of the pages for users of the API. Each opens in a tab of its own. */
export const examplesPlugin: GraphiQLPlugin = { title: 'Examples', icon: ListIcon, content: Examples };

function Examples() {
  const open = useOpen();
  return (
    <section aria-label="Examples" className="examples">
      {apiPages.map(({ title, examples }) => (
        <div key={title}>
          <h2>{title}</h2>
          <ul>
            {examples.map((example) => (
              <li key={example.name}>
                <UnStyledButton
                  type="button"
                  onClick={() => {
                    open(example);
                  }}
                >
                  {example.name}
                </UnStyledButton>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** Opens an example, or the tab in which it is open and unchanged. */
function useOpen(): (example: Example) => void {
  const actions = useGraphiQLActions();
  const tabs = useGraphiQL((state) => state.tabs);
  const activeTab = useGraphiQL((state) => state.activeTabIndex);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  return ({ query, variables }) => {
    // The first tab begins with a hint.
    const opened = tabs.findIndex((tab) => tab.query?.endsWith(query));
    if (opened === activeTab) return;
    if (opened >= 0) {
      actions.changeTab(opened);
      return;
    }
    actions.addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
  };
}

function ListIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 6h.01M8 6h12M4 12h.01M8 12h12M4 18h.01M8 18h12" />
    </svg>
  );
}
