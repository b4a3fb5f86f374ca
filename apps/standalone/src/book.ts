export { type Book, openBook } from '../../api/src/book.js';
