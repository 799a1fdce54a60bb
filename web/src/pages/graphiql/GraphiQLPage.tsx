import { DOC_EXPLORER_PLUGIN } from '@graphiql/plugin-doc-explorer';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { fetcher } from './fetcher';
import { opened } from './opened';
import { welcome } from './welcome';

// Outside the component: a plugin made again on each render would lose what is open in it.
const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

/** GraphiQL over this server. `#docs` in the address opens the schema's documentation, `?query=` a document. */
export function GraphiQLPage() {
  const { hash, search } = window.location;
  const panel = hash === '#docs' ? { visiblePlugin: DOC_EXPLORER_PLUGIN } : {};
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      defaultQuery={welcome}
      defaultEditorToolsVisibility="headers"
      {...panel}
      {...opened(search)}
    >
      <GraphiQL.Logo>
        <a className="brand" href="/">
          Fanfare
        </a>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}
