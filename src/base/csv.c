/* csv.c: lines and fields of a CSV text. */
#include "base/csv.h"

#include <string.h>

#include "base/bytes.h"

enum { CSV_SHOWN_MAX = 40 };

const char pli_csv_quotes[] = "a field, in quotes only as a whole and with no quote inside";

static bool
csv_is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

pli_csv
pli_csv_open(plm_slice text)
{
	static const char mark[] = "\xef\xbb\xbf";
	bool marked = text.size >= 3 && memcmp(text.bytes, mark, 3) == 0;
	return (pli_csv){.text = text, .at = marked ? 3 : 0};
}

bool
pli_csv_line(pli_csv *csv, plm_slice *ret_line)
{
	while (csv->at < csv->text.size) {
		const char *start = csv->text.bytes + csv->at;
		size_t rest = csv->text.size - csv->at;
		const char *end = memchr(start, '\n', rest);
		size_t size = end == NULL ? rest : (size_t)(end - start);
		csv->at += size + (end != NULL);
		csv->line++;
		while (size > 0 && (csv_is_blank(start[size - 1]) || start[size - 1] == '\r'))
			size--;
		if (size > 0 && start[0] != '#') {
			*ret_line = (plm_slice){start, size};
			return true;
		}
	}
	return false;
}

static const char *
csv_blanks_end(const char *p, const char *end)
{
	while (p < end && csv_is_blank(*p))
		p++;
	return p;
}

/* The first of the text at which a field that is not in quotes ends. */
static const char *
csv_plain_end(const char *p, const char *end)
{
	while (p < end && *p != ',' && *p != '"')
		p++;
	return p;
}

bool
pli_csv_field(plm_slice *rest, plm_slice *ret_field)
{
	const char *end = rest->bytes + rest->size;
	const char *start = csv_blanks_end(rest->bytes, end), *last, *next;
	if (start < end && *start == '"') {
		start++;
		last = memchr(start, '"', (size_t)(end - start));
		if (last == NULL)
			return false;
		next = csv_blanks_end(last + 1, end);
	} else {
		last = next = csv_plain_end(start, end);
		while (last > start && csv_is_blank(last[-1]))
			last--;
	}
	if (next < end && *next != ',')
		return false;
	*ret_field = (plm_slice){start, (size_t)(last - start)};
	*rest = next < end ? (plm_slice){next + 1, (size_t)(end - next - 1)} : (plm_slice){NULL, 0};
	return true;
}

uint32_t
pli_csv_place(plm_slice line, plm_slice rest)
{
	return (uint32_t)(rest.bytes - line.bytes) + 1;
}

plm_err
pli_csv_fault(const pli_csv *csv, uint32_t column, const char *path, const char *expected,
    plm_slice got, plm_fault *ret_fault)
{
	char shown[CSV_SHOWN_MAX + 1];
	size_t size = pli_text_printable(got, shown, sizeof shown);
	(void)plm_fault_set(ret_fault, PLM_EDECODE, path, "expected %s, got %s%s%s", expected,
	    size == 0 ? "nothing" : "\"", shown, size == 0 ? "" : "\"");
	if (ret_fault != NULL) {
		ret_fault->line = csv->line;
		ret_fault->column = column;
	}
	return PLM_EDECODE;
}
