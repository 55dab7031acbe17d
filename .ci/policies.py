"""Has checkov look over the templates, and holds what it finds against the short list of what is accepted, each with its reason. A
finding that is not on the list fails, and so does an entry that is not found any more."""

import fnmatch
import json
import subprocess
import sys
from pathlib import Path

TEMPLATES = ["infra/template.yaml", "infra/firewall.yaml"]
# The check, the resources (`*` for any letters), and why that is right here.
ACCEPTED = [
    ("CKV_AWS_18", "AWS::S3::Bucket.Exports", "its files are staff's own exports and go within a week; CloudTrail's data events show who read one"),
    ("CKV_AWS_21", "AWS::S3::Bucket.Exports", "each file is written once and goes within a week; an older version would keep what is to go"),
    ("CKV_AWS_26", "AWS::SNS::Topic.Alarms", "CloudWatch cannot use a topic under Amazon's own key; its messages are names of alarms"),
    ("CKV_AWS_27", "AWS::SQS::Queue.*", "encrypted by SQS' own keys (SqsManagedSseEnabled); messages are names, and nothing private"),
    ("CKV_AWS_115", "AWS::Serverless::Function.*", "a new account refuses to reserve from its low limit; two functions have parameters for it"),
    ("CKV_AWS_116", "AWS::Serverless::Function.*", "called and waited for, or fed by queues that have dead letters; the next minute does what a sweep left"),
    ("CKV_AWS_117", "AWS::Serverless::Function.*", "a network of one's own would only lead out again, to AWS and Stripe, which take TLS and signatures"),
    ("CKV_AWS_119", "AWS::DynamoDB::Table.Table", "encrypted by AWS' key; one of one's own would cost a call for each of millions of reads"),
    ("CKV_AWS_149", "AWS::SecretsManager::Secret.*", "encrypted by AWS' key; secrets under a key of one's own are given by their ARN, with SecretsKeyArn"),
    ("CKV_AWS_158", "AWS::Logs::LogGroup.*", "encrypted by AWS' key; lines hold ids, and no name, address or secret, which tests see to"),
    ("CKV_AWS_173", "AWS::Serverless::Function.*", "settings are names and addresses; secrets are given by the ARN"),
    ("CKV_AWS_258", "AWS::Lambda::Url.WebhookUrl", "Stripe's signature decides, before anything is read"),
]

checkov = str(Path(sys.executable).with_name("checkov"))
command = [checkov, "--framework", "cloudformation", "--output", "json", "--quiet", "--compact", "--skip-download", "--file", *TEMPLATES]
answer = subprocess.run(command, stdout=subprocess.PIPE, check=False)
if answer.returncode not in (0, 1):
    sys.exit(f"checkov ended with {answer.returncode}")
report = json.loads(answer.stdout)
results = (report if isinstance(report, dict) else report[0])["results"]
errors = results.get("parsing_errors", [])
found = [(check["check_id"], check["resource"], check["check_name"]) for check in results["failed_checks"]]
wrong = [f"{path}: cannot be read" for path in errors]
used = set()
for check, resource, name in found:
    accepted = [entry for entry in ACCEPTED if entry[0] == check and fnmatch.fnmatchcase(resource, entry[1])]
    used.update(accepted)
    if not accepted:
        wrong.append(f"{check} of {resource}: {name}")
wrong += [f"{check} of {resource} is accepted and not found" for check, resource, reason in ACCEPTED if (check, resource, reason) not in used]
print("\n".join(wrong) or f"{len(found)} findings, all of them accepted")
sys.exit(bool(wrong))
