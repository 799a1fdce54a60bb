import { StrictMode, Suspense } from 'react';
import { mount } from './mount';
import { pageAt } from './routes';
import './app.css';

const Page = pageAt(window.location.pathname);

mount(
  <StrictMode>
    <Suspense fallback={null}>
      <Page />
    </Suspense>
  </StrictMode>,
);
