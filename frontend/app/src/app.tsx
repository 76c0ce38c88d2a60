// The weather and image assistant, as any page would embed it: the unmodified React binding and a few options.

import { ChatKit, useChatKit } from '@openai/chatkit-react';
import { useColorScheme } from './color-scheme.ts';
import { rememberThread, rememberedThread } from './remembered-thread.ts';

const DOMAIN_KEY = import.meta.env.VITE_CHATKIT_API_DOMAIN_KEY ?? 'domain_pk_localhost_dev';

const initialThread = rememberedThread();

export function App() {
  const [colorScheme, toggleColorScheme] = useColorScheme();
  const { control } = useChatKit({
    api: {
      url: '/chatkit',
      domainKey: DOMAIN_KEY,
      uploadStrategy: { type: 'two_phase' },
    },
    initialThread,
    frameTitle: 'Weather and image assistant',
    theme: {
      colorScheme,
      radius: 'pill',
      color: { accent: { primary: '#1d4ed8', level: 1 } },
    },
    header: {
      rightAction: {
        icon: colorScheme === 'dark' ? 'light-mode' : 'dark-mode',
        onClick: toggleColorScheme,
      },
    },
    startScreen: {
      greeting: 'Ask about the weather, or show me a picture',
      prompts: [
        { label: 'Weather in New York', prompt: "What's the weather in New York?", icon: 'globe' },
        { label: 'Select a city to get its weather', prompt: 'Show me the city selector for weather', icon: 'map-pin' },
        { label: 'Current time', prompt: 'What time is it?', icon: 'clock' },
        { label: 'Analyze an image', prompt: 'I want to analyze an image', icon: 'square-image' },
      ],
    },
    composer: {
      placeholder: 'Ask about the weather',
      attachments: {
        enabled: true,
        maxCount: 10,
        maxSize: 20 * 1024 * 1024,
        accept: {
          'image/*': ['.png', '.jpg', '.jpeg', '.gif', '.webp'],
          'text/*': ['.txt', '.md', '.csv', '.log'],
          'application/json': ['.json'],
          'application/pdf': ['.pdf'],
        },
      },
    },
    threadItemActions: { feedback: false },
    onThreadChange: ({ threadId }) => rememberThread(threadId),
    onError: ({ error }) => console.warn('chat:', error.message),
  });
  return <ChatKit control={control} className="chat" />;
}
