/* page_files.h: the page's built files inside the program. The table is generated from web/dist by
 * tools/embed_page.py; where the page was not built it holds one file that says so. */
#ifndef PLI_API_PAGE_FILES_H
#define PLI_API_PAGE_FILES_H

#include <stddef.h>

/* pli_page_file: path as asked for ("/", "/assets/index-1a2b.js"); bytes are static. */
typedef struct pli_page_file {
	const char *path;
	const char *content_type;
	const unsigned char *bytes;
	size_t size;
} pli_page_file;

extern const pli_page_file pli_page_files[];
extern const size_t pli_page_files_count;

#endif
