await customElements.whenDefined('openai-chatkit');
document.getElementById('chat').setOptions({ api: { url: '/chatkit', domainKey: 'local' } });
