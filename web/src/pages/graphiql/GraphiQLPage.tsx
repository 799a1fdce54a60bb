import { DOC_EXPLORER_PLUGIN } from '@graphiql/plugin-doc-explorer';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { fetcher } from './fetcher';
import { welcome } from './welcome';

// Outside the component: a plugin made again on each render would lose what is open in it.
const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

/** GraphiQL over this server. `#docs` in the address opens the schema's documentation. */
export function GraphiQLPage() {
  const opened = window.location.hash === '#docs' ? { visiblePlugin: DOC_EXPLORER_PLUGIN } : {};
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      defaultQuery={welcome}
      defaultEditorToolsVisibility="headers"
      {...opened}
    >
      <GraphiQL.Logo>
        <a className="brand" href="/">
          Fanfare
        </a>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}
