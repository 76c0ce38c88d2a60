// The few icons of the page itself.

import type { ReactNode } from 'react';

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {children}
    </svg>
  );
}

export const SearchIcon = () => (
  <Icon>
    <circle cx="9" cy="9" r="5.5" />
    <path d="m13.2 13.2 3.6 3.6" />
  </Icon>
);
export const ListIcon = () => (
  <Icon>
    <path d="M3.5 5.5h13M3.5 10h13M3.5 14.5h8" />
  </Icon>
);
export const SlidersIcon = () => (
  <Icon>
    <path d="M3.5 6.5h7M15 6.5h1.5M3.5 13.5H5M9.5 13.5h7" />
    <circle cx="12.7" cy="6.5" r="2" />
    <circle cx="7.3" cy="13.5" r="2" />
  </Icon>
);
export const ReloadIcon = () => (
  <Icon>
    <path d="M16.2 10a6.2 6.2 0 1 1-1.9-4.5l1.9 1.8M16.2 3.6v3.7h-3.7" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);
