import { DOC_EXPLORER_PLUGIN } from '@graphiql/plugin-doc-explorer';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { examplesPlugin } from './examplesPlugin';
import { fetcher } from './fetcher';
import { firstPanel } from './firstPanel';
import { opened } from './opened';
import { welcome } from './welcome';

// Outside the component: a plugin made again on each render would lose what is open in it.
const plugins = [examplesPlugin, HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

const panels = { docs: DOC_EXPLORER_PLUGIN, examples: examplesPlugin };
const isNarrow = window.matchMedia('(max-width: 40rem)').matches;
const first = firstPanel(window.location.hash, isNarrow, localStorage);

/** GraphiQL over this server. `#docs` in the address opens the schema's documentation, `?query=` a document. */
export function GraphiQLPage() {
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      defaultQuery={welcome}
      defaultEditorToolsVisibility="variables"
      {...(first === null ? {} : { visiblePlugin: panels[first] })}
      {...opened(window.location.search)}
    >
      <GraphiQL.Logo>
        <a className="brand" href="/">
          Fanfare
        </a>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}
