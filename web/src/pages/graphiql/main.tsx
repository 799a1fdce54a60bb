import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './graphiql.css';
import { mount } from '../../app/mount';
import { GraphiQLPage } from './GraphiQLPage';

// Without StrictMode: its second mount would make two Monaco models under one URI.
mount(<GraphiQLPage />);
