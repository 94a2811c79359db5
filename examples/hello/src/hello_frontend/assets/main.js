const form = document.querySelector('form');
const output = document.querySelector('output');

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const name = form.elements.namedItem('name').value.trim();
  output.textContent = name ? `Hello, ${name}!` : '';
});
