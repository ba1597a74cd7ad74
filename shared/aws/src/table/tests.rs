//! Which failures of a call pass, by the code of the error.

use super::{SdkError, store_error};
use aws_sdk_dynamodb::error::ErrorMetadata;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use flows::ports::{StoreError, in_one_line};
use rstest::rstest;

type Failed = SdkError<UpdateItemError>;

fn answered(error: UpdateItemError, status: u16) -> Failed {
    let status = status.try_into().unwrap();
    SdkError::service_error(error, HttpResponse::new(status, SdkBody::empty()))
}

fn coded(code: &str) -> Failed {
    let error = ErrorMetadata::builder().code(code).message("what the table says").build();
    answered(UpdateItemError::generic(error), 400)
}

#[rstest]
#[case::throttled("ThrottlingException")]
#[case::beyond_what_is_provisioned("ProvisionedThroughputExceededException")]
#[case::beyond_the_account("RequestLimitExceeded")]
#[case::another_change_of_the_item("TransactionConflictException")]
#[case::another_region_writes_it("ReplicatedWriteConflictException")]
#[case::a_fault_of_the_service("InternalServerError")]
#[case::a_token_that_may_be_renewed("UnrecognizedClientException")]
#[case::what_nobody_has_listed("SomethingNewException")]
fn an_error_that_passes_is_passing(#[case] code: &str) {
    let error = store_error(coded(code));
    assert!(matches!(&error, StoreError::Passing { why, .. } if why == code), "{error:?}");
    assert!(error.is_passing());
}

#[rstest]
#[case::access_is_denied("AccessDeniedException")]
#[case::not_valid_or_too_large("ValidationException")]
#[case::no_such_table("ResourceNotFoundException")]
#[case::not_readable("SerializationException")]
#[case::not_signed("MissingAuthenticationTokenException")]
#[case::half_signed("IncompleteSignatureException")]
fn an_error_that_never_mends_is_a_refusal(#[case] code: &str) {
    let error = store_error(coded(code));
    assert!(matches!(&error, StoreError::Refused { why, .. } if why == code), "{error:?}");
    assert!(!error.is_passing());
}

#[rstest]
#[case::no_answer_in_time(Failed::timeout_error("slow"), true)]
#[case::no_connection(Failed::dispatch_failure(ConnectorError::io("reset".into())), true)]
#[case::no_request_for_a_connection(Failed::dispatch_failure(ConnectorError::user("bad".into())), false)]
#[case::no_request_at_all(Failed::construction_failure("no such field"), false)]
#[case::no_code(answered(UpdateItemError::unhandled("odd"), 500), true)]
fn a_failure_without_a_code_passes_unless_the_call_is_wrong(
    #[case] failed: Failed,
    #[case] passes: bool,
) {
    let error = store_error(failed);
    assert_eq!(error.is_passing(), passes, "{error:?}");
}

/// The error of the call is kept as the source, and a log line shows it with whether the failure passes.
#[rstest]
fn a_log_line_has_the_error_of_the_call() {
    let line = in_one_line(&store_error(coded("AccessDeniedException")));
    let begins = "the table refuses the call, and will refuse it again: AccessDeniedException: ";
    assert!(line.starts_with(begins), "{line}");
    assert!(line.contains("what the table says"), "{line}");
}
