// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IX4PNNodeRegistry, NodeParams, NodeRecord} from "../interfaces/IX4PNNodeRegistry.sol";
import {NodeParamsLib} from "../libraries/NodeParamsLib.sol";
import {Signatures} from "../libraries/Signatures.sol";

/// @title Nodes' records: what operators say about them, where their income goes, and proof of life.
/// @notice Nobody has power over a record but the node's operator. Records are never deleted, so that no balance in the
/// sessions contract is ever stranded.
abstract contract NodeRecords is IX4PNNodeRegistry, EIP712 {
    using NodeParamsLib for NodeParams;

    bytes32 private constant NODE_CONSENT_TYPEHASH =
        keccak256("NodeConsent(address node,address operator,uint40 deadline)");

    address[] private _ids;
    mapping(address node => NodeRecord) private _records;

    modifier onlyOperator(address node) {
        address operator = _known(node).operator;
        if (msg.sender != operator) revert Registry_NotOperator(node, msg.sender);
        _;
    }

    /// @dev A succeeded id settles and is paid out, nothing more.
    modifier notSucceeded(address node) {
        address successor = _records[node].successor;
        if (successor != address(0)) revert Registry_HasSuccessor(node, successor);
        _;
    }

    constructor() EIP712("X4PN Registry", "1") {}

    /// @inheritdoc IX4PNNodeRegistry
    function register(address node, NodeParams calldata params, uint40 deadline, bytes calldata consent) external {
        _checkConsent(node, deadline, consent);
        params.validate();
        _add(node, params);
        _afterRegister(node);
    }

    /// @inheritdoc IX4PNNodeRegistry
    function update(address node, NodeParams calldata params) external onlyOperator(node) notSucceeded(node) {
        params.validate();
        _records[node].params = params;
        _touched(node);
    }

    /// @inheritdoc IX4PNNodeRegistry
    function setPayout(address node, address payout) external onlyOperator(node) {
        _records[node].params.payout = payout;
        _touched(node);
    }

    /// @inheritdoc IX4PNNodeRegistry
    /// @dev The successor starts with what was said about the old node, except the commitment: a new node key means a
    /// new WireGuard key, so until the operator updates it, no client accepts the node.
    function succeed(address node, address successor, uint40 deadline, bytes calldata consent)
        external
        onlyOperator(node)
        notSucceeded(node)
    {
        _checkConsent(successor, deadline, consent);
        NodeRecord storage old = _records[node];
        NodeParams memory params = old.params;
        params.commitment = 0;
        _add(successor, params);

        old.successor = successor;
        old.params.flags |= NodeParamsLib.RETIRED;
        emit NodeSucceeded(node, successor, msg.sender);
        _touched(node);
        _takeOfferBack(node);
        _afterSucceed(node, successor);
    }

    /// @inheritdoc IX4PNNodeRegistry
    /// @dev To the zero address: takes an offer back.
    function transferOperator(address node, address to) external onlyOperator(node) {
        _records[node].pendingOperator = to;
        emit OperatorTransferStarted(node, msg.sender, to);
    }

    /// @inheritdoc IX4PNNodeRegistry
    function acceptOperator(address node) external {
        NodeRecord storage record = _known(node);
        if (msg.sender != record.pendingOperator) revert Registry_NotPendingOperator(node, msg.sender);
        address from = record.operator;
        record.operator = msg.sender;
        record.pendingOperator = address(0);
        emit OperatorTransferred(node, from, msg.sender);
    }

    /// @inheritdoc IX4PNNodeRegistry
    function heartbeat() external notSucceeded(msg.sender) {
        _known(msg.sender);
        emit Heartbeat(msg.sender);
    }

    /// @inheritdoc IX4PNNodeRegistry
    function nodeCount() external view returns (uint256) {
        return _ids.length;
    }

    /// @inheritdoc IX4PNNodeRegistry
    function nodes(uint256 offset, uint256 limit)
        external
        view
        returns (address[] memory ids, NodeRecord[] memory records)
    {
        uint256 total = _ids.length;
        uint256 left = offset < total ? total - offset : 0;
        uint256 size = limit < left ? limit : left;
        ids = new address[](size);
        records = new NodeRecord[](size);
        for (uint256 i; i < size; ++i) {
            ids[i] = _ids[offset + i];
            records[i] = _records[ids[i]];
        }
    }

    /// @inheritdoc IX4PNNodeRegistry
    function nodeOf(address node) external view returns (NodeRecord memory) {
        return _known(node);
    }

    /// @inheritdoc IX4PNNodeRegistry
    function payoutOf(address node) external view returns (address) {
        return _records[node].params.payout;
    }

    /// @inheritdoc IX4PNNodeRegistry
    function operatorOf(address node) external view returns (address) {
        return _operatorOf(node);
    }

    /// @inheritdoc IX4PNNodeRegistry
    function isRegistered(address node) external view returns (bool) {
        return _isRegistered(node);
    }

    /// @inheritdoc IX4PNNodeRegistry
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @dev What a new node must bring. Last in `register`.
    function _afterRegister(address node) internal virtual;

    /// @dev What goes over to a successor. Last in `succeed`.
    function _afterSucceed(address node, address successor) internal virtual;

    /// @dev Whoever accepts a node finds it as it was when it was offered: what changes its worth takes the offer back.
    function _takeOfferBack(address node) internal {
        NodeRecord storage record = _records[node];
        if (record.pendingOperator == address(0)) return;
        record.pendingOperator = address(0);
        emit OperatorTransferStarted(node, record.operator, address(0));
    }

    function _operatorOf(address node) internal view returns (address) {
        return _records[node].operator;
    }

    function _known(address node) internal view returns (NodeRecord storage) {
        if (!_isRegistered(node)) revert Registry_UnknownNode(node);
        return _records[node];
    }

    function _add(address node, NodeParams memory params) private {
        if (_isRegistered(node)) revert Registry_AlreadyRegistered(node);
        _ids.push(node);
        NodeRecord storage record = _records[node];
        record.operator = msg.sender;
        record.registeredAt = uint40(block.timestamp);
        record.updatedAt = uint40(block.timestamp);
        record.params = params;
        emit NodeRegistered(node, msg.sender, params);
    }

    function _touched(address node) private {
        NodeRecord storage record = _records[node];
        record.updatedAt = uint40(block.timestamp);
        emit NodeUpdated(node, record.params);
    }

    function _checkConsent(address node, uint40 deadline, bytes calldata consent) private view {
        if (block.timestamp > deadline) revert Registry_Expired(deadline);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(NODE_CONSENT_TYPEHASH, node, msg.sender, deadline)));
        if (!Signatures.isFromKey(node, digest, consent)) revert Registry_BadConsent(node);
    }

    function _isRegistered(address node) internal view returns (bool) {
        return _records[node].operator != address(0);
    }
}
