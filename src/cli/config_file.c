/* config_file.c: what is read from disk and environment: the configuration's bytes, and secrets. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "cli/config.h"

/* The whole file, at most bytes->max. Errors: as the disk's, PLM_EOVERFLOW, PLM_ENOMEM. */
static plm_err
config_slurp(const pli_disk *disk, const char *path, pli_bytes *bytes)
{
	pli_file_facts facts;
	plm_err err = disk->facts(disk->ctx, path, &facts);
	if (err != PLM_OK)
		return err;
	if (facts.is_directory)
		return PLM_EIO;
	pli_file file;
	err = disk->open(disk->ctx, path, PLI_FILE_READ, &file);
	if (err != PLM_OK)
		return err;
	char piece[4096];
	size_t got = 1;
	while (err == PLM_OK && got > 0) {
		err = disk->read(disk->ctx, file, bytes->size, piece, sizeof piece, &got);
		if (err == PLM_OK)
			err = pli_bytes_append(bytes, piece, got);
	}
	disk->close(disk->ctx, file);
	sodium_memzero(piece, sizeof piece);
	return err == PLM_EFULL ? PLM_EOVERFLOW : err;
}

plm_err
pli_config_read(const pli_disk *disk, const char *path, FILE *report, pli_config *ret_config,
    uint32_t *ret_count)
{
	pli_bytes bytes = {.max = PLI_CONFIG_BYTES_MAX};
	plm_err err = config_slurp(disk, path, &bytes);
	if (ret_count != NULL)
		*ret_count = err == PLM_OK ? 0 : 1;
	if (err == PLM_OK)
		err = pli_config_parse(
		    (plm_slice){bytes.data, bytes.size}, path, report, ret_config, ret_count);
	else if (err == PLM_ENOTFOUND)
		(void)fprintf(report, "%s: error: there is no such file\n", path);
	else if (err == PLM_EOVERFLOW)
		(void)fprintf(
		    report, "%s: error: larger than %d bytes\n", path, PLI_CONFIG_BYTES_MAX);
	else
		(void)fprintf(report,
		    "%s: error: cannot be read: it is a folder, or not open to this user\n", path);
	pli_bytes_release(&bytes);
	return err;
}

static plm_err
secret_copy(
    plm_slice text, const char *what, const char *place, char *ret_text, plm_fault *ret_fault)
{
	if (text.size == 0)
		return plm_fault_set(ret_fault, PLM_EAUTH, place, "holds no %s", what);
	if (text.size >= PLI_SECRET_MAX)
		return plm_fault_set(ret_fault, PLM_EOVERFLOW, place, "%s is longer than %d bytes",
		    what, PLI_SECRET_MAX - 1);
	memcpy(ret_text, text.bytes, text.size);
	ret_text[text.size] = '\0';
	return PLM_OK;
}

static plm_err
secret_from_environment(
    const char *variable, const char *what, char *ret_text, plm_fault *ret_fault)
{
	const char *text = getenv(variable);
	if (text == NULL)
		return plm_fault_set(ret_fault, PLM_EAUTH, variable,
		    "this environment variable should hold the %s and is not set", what);
	return secret_copy(plm_slice_of(text), what, variable, ret_text, ret_fault);
}

static plm_slice
secret_trim(plm_slice text)
{
	while (text.size > 0 && strchr(" \t\r", text.bytes[0]) != NULL)
		text = (plm_slice){text.bytes + 1, text.size - 1};
	while (text.size > 0 && strchr(" \t\r", text.bytes[text.size - 1]) != NULL)
		text.size--;
	return text;
}

/* What stands behind "<name>:" on a line of its own; empty where there is no such line. */
static plm_slice
secret_line(plm_slice text, const char *name)
{
	while (text.size > 0) {
		const char *end = memchr(text.bytes, '\n', text.size);
		const size_t size = end == NULL ? text.size : (size_t)(end - text.bytes);
		const plm_slice line = secret_trim((plm_slice){text.bytes, size});
		if (line.size > strlen(name) && memcmp(line.bytes, name, strlen(name)) == 0 &&
		    line.bytes[strlen(name)] == ':')
			return secret_trim((plm_slice){
			    line.bytes + strlen(name) + 1, line.size - strlen(name) - 1});
		const size_t taken = end == NULL ? size : size + 1;
		text = (plm_slice){text.bytes + taken, text.size - taken};
	}
	return (plm_slice){NULL, 0};
}

static plm_err
secret_from_file(
    const pli_disk *disk, const char *path, pli_secret *ret_secret, plm_fault *ret_fault)
{
	pli_file_facts facts;
	plm_err err = disk->facts(disk->ctx, path, &facts);
	if (err != PLM_OK)
		return plm_fault_set(ret_fault, err, path, "the key file cannot be read: %s",
		    err == PLM_ENOTFOUND ? "there is none" : plm_err_text(err));
	if (!facts.private_to_owner)
		return plm_fault_set(ret_fault, PLM_EAUTH, path,
		    "the key file must belong to this user, be no link, and be closed to others: "
		    "chmod 600 %s",
		    path);
	pli_bytes bytes = {.max = 64 * 1024};
	err = config_slurp(disk, path, &bytes);
	const plm_slice text = {bytes.data, bytes.size};
	if (err != PLM_OK)
		err = plm_fault_set(
		    ret_fault, err, path, "the key file cannot be read: %s", plm_err_text(err));
	if (err == PLM_OK)
		err = secret_copy(
		    secret_line(text, "key"), "line 'key: ...'", path, ret_secret->key, ret_fault);
	if (err == PLM_OK)
		err = secret_copy(secret_line(text, "secret"), "line 'secret: ...'", path,
		    ret_secret->secret, ret_fault);
	const plm_slice passphrase = secret_line(text, "passphrase");
	if (err == PLM_OK && passphrase.size != 0)
		err = secret_copy(
		    passphrase, "line 'passphrase: ...'", path, ret_secret->passphrase, ret_fault);
	if (bytes.data != NULL)
		sodium_memzero(bytes.data, bytes.size);
	pli_bytes_release(&bytes);
	return err;
}

plm_err
pli_config_secret(const pli_disk *disk, const pli_config_account *account, pli_secret *ret_secret,
    plm_fault *ret_fault)
{
	pli_secret secret = {.key = ""};
	plm_err err = PLM_OK;
	if (account->key_file[0] != '\0') {
		err = secret_from_file(disk, account->key_file, &secret, ret_fault);
	} else if (account->key_env[0] != '\0') {
		err = secret_from_environment(account->key_env, "key", secret.key, ret_fault);
		if (err == PLM_OK)
			err = secret_from_environment(
			    account->secret_env, "secret", secret.secret, ret_fault);
		if (err == PLM_OK && account->passphrase_env[0] != '\0')
			err = secret_from_environment(
			    account->passphrase_env, "passphrase", secret.passphrase, ret_fault);
	}
	if (err == PLM_OK)
		*ret_secret = secret;
	pli_secret_wipe(&secret);
	return err;
}

void
pli_secret_wipe(pli_secret *secret)
{
	sodium_memzero(secret, sizeof *secret);
}
