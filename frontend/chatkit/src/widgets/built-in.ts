// Registers the components that every ChatKit server may send.

import { Button } from './button.tsx';
import { Card } from './card.tsx';
import { Chart } from './chart/lazy-chart.tsx';
import { Checkbox, DatePicker, Input, RadioGroup, Select, Textarea } from './controls/all-controls.ts';
import { Form } from './form.tsx';
import { Basic, Box, Col, Divider, Row, Spacer } from './layout.tsx';
import { ListView, ListViewItem } from './list-view.tsx';
import { Badge, Icon, Image } from './media.tsx';
import { registerRenderer } from './registry.ts';
import { Table } from './table.tsx';
import { Caption, Label, Markdown, Text, Title } from './text.tsx';
import { Transition } from './transition.tsx';

const BUILT_IN = {
  Badge, Basic, Box, Button, Caption, Card, Chart, Checkbox, Col, DatePicker, Divider, Form, Icon, Image, Input,
  Label, ListView, ListViewItem, Markdown, RadioGroup, Row, Select, Spacer, Table, Text, Textarea, Title, Transition,
};

export function registerBuiltInWidgets(): void {
  for (const [type, renderer] of Object.entries(BUILT_IN)) registerRenderer(type, renderer);
}
