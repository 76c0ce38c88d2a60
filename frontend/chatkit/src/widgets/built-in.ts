// Registers the components that every ChatKit server may send.

import { Button } from './button.tsx';
import { Checkbox, DatePicker, Input, RadioGroup, Select, Textarea } from './controls.tsx';
import { Basic, Box, Col, Divider, Form, Row, Spacer, Transition } from './layout.tsx';
import { Badge, Icon, Image } from './media.tsx';
import { registerWidget } from './registry.ts';
import { Card, ListView, ListViewItem } from './roots.tsx';
import { Chart, Table } from './table.tsx';
import { Caption, Label, Markdown, Text, Title } from './text.tsx';

const BUILT_IN = {
  Badge, Basic, Box, Button, Caption, Card, Chart, Checkbox, Col, DatePicker, Divider, Form, Icon, Image, Input,
  Label, ListView, ListViewItem, Markdown, RadioGroup, Row, Select, Spacer, Table, Text, Textarea, Title, Transition,
};

export function registerBuiltInWidgets(): void {
  for (const [type, renderer] of Object.entries(BUILT_IN)) registerWidget(type, renderer);
}
