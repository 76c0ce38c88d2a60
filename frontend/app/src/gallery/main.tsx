// Starts the gallery page.

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Gallery } from './gallery.tsx';
import './gallery.css';

const container = document.getElementById('root');
if (!container) throw new Error('the page has no root');
createRoot(container).render(
  <StrictMode>
    <Gallery />
  </StrictMode>,
);
